// How long the classroom keeps a class waiting: `node benches/classroom.mjs target/release/classroom [CLIENTS]`.
//
// It starts the program and asks it over the loopback address, as browsers do: the page and all its
// files, a digit, a poem's first character; then as many poems at once as there are clients, 30
// unless told otherwise, with a digit now and then in between. Milliseconds, median and worst.

import { spawn } from "node:child_process";

const [program, clients = "30"] = process.argv.slice(2);
if (!program) {
  console.error("name the program: cargo build --release --features page --bin classroom, then node benches/classroom.mjs target/release/classroom");
  process.exit(2);
}
const child = spawn(program, ["--port", "0", "--lang", "en"], { stdio: ["ignore", "pipe", "ignore"] });
const link = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim().split("\n")[0])));
const origin = new URL(link).origin;
const SEVEN = { from: { strokes: [[[10, 10], [90, 10], [40, 150]]] } };

const post = (path, body) => fetch(origin + path, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
});

async function took(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function repeated(count, work) {
  const times = [];
  for (let k = 0; k < count; k++) times.push(await took(() => work(k)));
  return times;
}

const digit = async () => (await post("/digit", SEVEN)).json();

/** The page as a browser gets it: first itself, then all that it names, then the answer to its first question. */
async function page() {
  const html = await (await fetch(`${origin}/`)).text();
  const named = [...html.matchAll(/(?:src|href)="(\/[^"#]+)"/g)].map((match) => match[1]);
  const scripts = new Set(named);
  for (let wave = named; wave.length > 0;) {
    const texts = await Promise.all(wave.map(async (path) => (await fetch(origin + path)).text()));
    wave = texts.flatMap((text) => [...text.matchAll(/from "(\/[^"]+)"/g)].map((match) => match[1])).filter((path) => !scripts.has(path));
    wave = [...new Set(wave)];
    wave.forEach((path) => scripts.add(path));
  }
  await (await fetch(`${origin}/start`)).json();
}

/** A poem as it comes: when its first character was there, when its last, and how many there are. */
async function poem(seed) {
  const began = performance.now();
  const reader = (await post("/poem", { begin: "月", seed, temperature: 0.9 })).body.pipeThrough(new TextDecoderStream()).getReader();
  let first, last, written = 0, rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const { text, form } = JSON.parse(line);
      if (form !== undefined) continue; // the last line: what is known about the poem
      last = performance.now();
      first ??= last;
      written += [...text].length;
    }
  }
  return { first: first - began, per_second: written / (last - began) * 1e3 };
}

function row(what, times, digits = 1) {
  const sorted = times.toSorted((a, b) => a - b);
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(`${what.padEnd(52)} ${median.toFixed(digits).padStart(8)} ${worst.toFixed(digits).padStart(8)}`);
}

try {
  await page();
  await digit();
  await poem(1);
  console.log(`${"".padEnd(52)}   median    worst`);
  row("the page and all its files, ms", await repeated(20, page));
  row("a digit, asked and answered, ms", await repeated(50, digit));
  const alone = [];
  for (let seed = 1; seed <= 20; seed++) alone.push((await poem(seed)).first);
  row("the first character of a poem, ms", alone);

  const class_of = Number(clients), digits = [];
  let writing = true;
  const poems = Promise.all(Array.from({ length: class_of }, async (_, k) => {
    const all = [];
    for (let round = 0; round < 10; round++) all.push(await poem(100 * k + round));
    return all;
  }));
  const among = (async () => { while (writing) digits.push(await took(digit)); })();
  const written = (await poems).flat();
  writing = false;
  await among;
  console.log(`with ${class_of} clients, each of which writes ten poems:`);
  row("  the first character of a poem, ms", written.map(({ first }) => first));
  row("  characters a second for each (worst: the quickest)", written.map(({ per_second }) => per_second));
  row("  a digit, asked and answered, ms", digits);
  console.log(`  the slowest poem came at ${Math.min(...written.map(({ per_second }) => per_second)).toFixed(0)} characters a second`);
} finally {
  child.kill();
}
