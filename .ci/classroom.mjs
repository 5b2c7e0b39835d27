// The classroom in a real browser: `node .ci/classroom.mjs target/debug/classroom [FOLDER]`.
//
// It draws a digit with the pointer, writes a poem, forks it, opens its link elsewhere, changes
// language and theme, shuts a gate, starts and stops a training; classroom_together.mjs has a
// teacher and a phone in a shared room. No error may come up in the console, and no other host may
// be asked. With a folder, every view is photographed into it. Wants puppeteer-core and a Chromium;
// says so, and ends well, where one of them is missing.

import { spawn, execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { photograph } from "./classroom_pictures.mjs";
import { fillRoom, together } from "./classroom_together.mjs";

const [program, folder] = process.argv.slice(2);

function missing(what) {
  console.log(`skipped: there is no ${what} here`);
  process.exit(0);
}
let puppeteer, chromium;
try {
  puppeteer = createRequire(`${process.cwd()}/`)("puppeteer-core");
} catch { missing("puppeteer-core (npm install --no-save puppeteer-core)"); }
for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
  try { chromium ??= execFileSync("which", [name], { stdio: ["ignore", "pipe", "ignore"] }).toString().trim(); } catch { /* the next */ }
}
if (!chromium) missing("Chromium (Debian has it in chromium)");

const children = [], origins = [];

/** The program, the link that it prints, and its address on this machine. */
async function open(...flags) {
  const child = spawn(program, ["--port", "0", "--lang", "en", ...flags], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const printed = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim().split("\n")[0])));
  const { port, search } = new URL(printed);
  const origin = `http://127.0.0.1:${port}`;
  origins.push(origin);
  return { origin, link: `${origin}/${search}` };
}

const { origin, link } = await open();
const browser = await puppeteer.launch({
  executablePath: chromium, headless: true, args: ["--no-sandbox", "--disable-gpu", "--lang=en-US"],
});
const faults = [];

/** A page that notes each error and each request to another host. */
async function tab(context, width = 1280, height = 800) {
  const page = await context.newPage();
  await page.setViewport({ width, height, hasTouch: width < 500, deviceScaleFactor: 1 });
  page.on("console", (message) => { if (["error", "warn"].includes(message.type())) faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!origins.some((own) => url.startsWith(own)) && !url.startsWith("blob:") && !url.startsWith("data:")) faults.push(`asked ${url}`);
  });
  return page;
}
const _x = 0; const ready = (page) => page.waitForSelector("html[data-ready]");
const text = (page, selector) => page.$eval(selector, (node) => node.innerText);
const poem = (page) => page.$$eval("#poem button", (all) => all.map((one) => one.firstChild.data).join(""));

/** A 7, with the pointer. */
async function drawSeven(page) {
  const box = await (await page.$("canvas.draw")).boundingBox();
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(0.25, 0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.75, 0.2), { steps: 12 });
  await page.mouse.move(...at(0.42, 0.85), { steps: 16 });
  await page.mouse.up();
  await page.waitForSelector('.verdict[data-read="7"]', { timeout: 15000 });
}

async function writePoem(page, seed = "7", where = origin) {
  await page.goto(`${where}/#poem`);
  await ready(page);
  await page.$eval("[name=seed]", (field, seed) => { field.value = seed; }, seed);
  await page.click("#wanted button[type=submit]");
  await page.waitForSelector("#poem-tools:not([hidden])");
  return poem(page);
}

const { room, checks: shared } = together({ browser, open, tab, ready, text, writePoem, drawSeven });

/** Shows a view with something in it: of a shared room (the teacher's) or of this machine alone. */
async function visit(page, view) {
  const where = SHARED.includes(view) ? room.origin : origin;
  if (where === room.origin) await page.goto(room.link);
  if (view === "poem") await writePoem(page);
  else await page.goto(`${where}/#${view.split(" ")[0]}`);
  await ready(page);
  await drawn(page, view);
}

/** Waits until what a view asks the server for is there. */
async function drawn(page, view) {
  if (view === "gates") await page.waitForSelector("#gradients path.lstm");
  if (view.startsWith("learn")) await page.waitForSelector("#losses path.lstm");
  if (view === "learn digits") await page.waitForSelector("#readings canvas");
  if (view === "class") await page.waitForFunction(() => document.querySelector("#ballot .answers")
    && (document.querySelector(".chooser").hidden || document.querySelector("#questions option")));
}
const VIEWS = ["digit", "poem", "gates", "learn poems", "learn digits", "class"];
const SHARED = ["learn digits", "class"];

/** Lets the small training on `from` run until so many epochs are done. */
async function train(page, where, from, epochs) {
  await page.goto(`${where}/#learn`);
  await ready(page);
  await page.click(`[data-learn="${from}"]:not(:disabled)`);
  await page.waitForFunction((epochs) => document.querySelectorAll("#losses circle.lstm").length >= epochs, { timeout: 120000 }, epochs);
}

const checks = {
  ...shared,

  async "a training is started, its loss falls, and it is stopped"(page) {
    await train(page, origin, "digits", 3);
    const [first, , third] = await page.$$eval("#losses circle.lstm", (all) => all.map((one) => Number(one.getAttribute("cy"))));
    assert.ok(third > first, "lower down");
    assert.ok(await page.$("#readings canvas"));
    assert.ok(await page.$eval('[data-learn="poems"]', (button) => button.disabled));
    await page.click("#stop-learning");
    await page.waitForFunction(() => /^Drawn digits. Stopped after/.test(document.getElementById("learn-state").innerText));
    // What the views below look at: poems here, digits in the shared room.
    await train(page, origin, "poems", 3);
    await train(room.teacher, room.origin, "digits", 3);
  },

  async "a 7 that is drawn is read as 7"(page) {
    await page.goto(link);
    await ready(page);
    await drawSeven(page);
  },

  async "a poem is forked, and its link shows the same elsewhere"(page) {
    const first = await writePoem(page);
    assert.ok(first.startsWith("月"));
    await page.click('#poem button[data-at="2"]');
    assert.match(await text(page, "#rivals li:last-child"), /^\p{Script=Han}/u);
    const free = await page.$("#rivals button:not(:disabled)");
    const chosen = await free.evaluate((node) => node.dataset.rival);
    await free.click();
    await page.waitForSelector("#tree ul ul button[aria-current]");
    const fork = await poem(page);
    assert.equal(fork.slice(0, 3), first.slice(0, 2) + chosen);
    assert.notEqual(fork, first);
    const address = page.url();

    const elsewhere = await tab(await browser.createBrowserContext());
    await elsewhere.goto(address);
    await elsewhere.waitForSelector("#tree ul ul button[aria-current]");
    assert.equal(await poem(elsewhere), fork);
    await elsewhere.close();

    await page.click("#tree > ul > li > button"); // back to the first
    assert.equal(await poem(page), first);
  },

  async "language and theme change at once and are kept"(page) {
    await page.goto(link);
    await ready(page);
    assert.equal(await text(page, "h1"), "The classroom");
    await page.click("#lang");
    assert.equal(await text(page, "h1"), "网页课堂");
    const paper = () => page.$eval("body", (body) => getComputedStyle(body).backgroundColor);
    const before = await paper();
    await page.click("#theme");
    assert.notEqual(await paper(), before);
    await page.reload();
    await ready(page);
    assert.equal(await text(page, "h1"), "网页课堂");
    assert.notEqual(await paper(), before);
    await page.click("#theme");
    await page.click("#lang");
  },

  async "a forget gate at 0 leaves what was just written"(page) {
    await page.goto(`${origin}/#gates`);
    await ready(page);
    await page.waitForSelector("#steps tbody tr");
    await page.click('[data-held="forget-0"]');
    await page.waitForFunction(() => [...document.querySelectorAll("#steps tbody tr")].every((row) => {
      const cells = [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent));
      const [i, f, g, , c] = cells.slice(5);
      return f === 0 && Math.abs(c - i * g) < 2e-4;
    }), { timeout: 5000 });
    await page.waitForSelector("#gradients path.lstm");
  },

  async "markup in a beginning is shown and not run"(page) {
    await page.goto(`${origin}/#poem`);
    await ready(page);
    await page.$eval("[name=begin]", (field) => { field.value = "<img src=x onerror=alert(1)>"; });
    await page.click("#wanted button[type=submit]");
    await page.waitForSelector("#error:not([hidden])");
    assert.equal(await page.$("#error img, #poem img"), null);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (let at = faults.length; at-- > 0;) if (faults[at].includes("status of 400")) faults.splice(at, 1);
  },

  async "it can be used with the keyboard alone"(page) {
    await writePoem(page);
    await page.focus('#poem button[data-at="1"]');
    await page.keyboard.press("Enter");
    await page.waitForSelector("#rivals button:not(:disabled)");
    await page.focus("#rivals button:not(:disabled)");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#tree ul ul button[aria-current]");
  },

  async "nothing is wider than a phone of 360 pixels"() {
    const page = await tab(browser.defaultBrowserContext(), 360, 740);
    for (const view of VIEWS) {
      await visit(page, view);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${view} is ${wide} wide`);
    }
    await page.close();
  },

  async "axe finds nothing serious"(page) {
    let axe;
    try { axe = createRequire(`${process.cwd()}/`).resolve("axe-core/axe.min.js"); } catch { return "skipped: there is no axe-core here"; }
    const { readFileSync } = await import("node:fs");
    const found = [];
    for (const view of VIEWS) for (const theme of ["light", "dark"]) {
      await visit(page, view);
      await page.evaluate((theme) => {
        document.documentElement.dataset.theme = theme;
        document.dispatchEvent(new Event("recolour"));
      }, theme);
      if (view === "poem") await page.click('#poem button[data-at="1"]');
      await page.evaluate(readFileSync(axe, "utf8")); // through the debugger, which the policy does not bind
      const { violations } = await page.evaluate(() => window.axe.run());
      found.push(...violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
        .map(({ id, nodes }) => `${view}, ${theme}: ${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`));
    }
    assert.deepEqual(found, []);
  },
};

let failed = 0;
try {
  for (const [name, check] of Object.entries(checks)) {
    const page = await tab(browser.defaultBrowserContext());
    try {
      const said = await check(page);
      console.log(`ok: ${name}${said ? ` (${said})` : ""}`);
    } catch (error) {
      failed++;
      console.log(`FAILED: ${name}: ${error.message}`);
    }
    await page.close();
  }
  if (folder) {
    await fillRoom(room);
    await photograph(folder, { browser, origin, room, VIEWS, tab, ready, visit, drawn, drawSeven });
  }
  if (faults.length > 0) {
    failed++;
    console.log(`FAILED: the console and the network are quiet: ${faults.join("; ")}`);
  }
} finally {
  await browser.close();
  children.forEach((child) => child.kill());
}
process.exit(failed > 0 ? 1 : 0);
