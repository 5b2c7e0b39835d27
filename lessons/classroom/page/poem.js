// "Write a poem": asking for it, showing it as it comes, forking it.

import * as address from "/address.js";
import { ask, askLines, complain } from "/ask.js";
import { saveCard, saveText } from "/card.js";
import { element, say } from "/say.js";
import { showTree } from "/tree.js";
import { wallButton } from "/wall.js";
import { showGates, showNotes, showRivals, showVerse } from "/verse.js";

const part = (id) => document.getElementById(id);
let form, now = null, first = null;

/** Fills the view and shows the poem of the address, if there is one. */
export function poemView({ tunes, shared }) {
  form = part("wanted").elements;
  form.tune.append(...tunes.map((tune) => element("option", { value: tune }, tune)));
  part("wanted").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  part("another").addEventListener("click", () => {
    form.seed.value = Math.floor(Math.random() * 2 ** 32);
    begin();
  });
  part("wanted").addEventListener("input", settle);
  part("copy-link").addEventListener("click", copyLink);
  part("save-text").addEventListener("click", () => saveText(now));
  part("save-picture").addEventListener("click", () => saveCard(now));
  document.addEventListener("recolour", () => { if (now) showGates(part("poem-gates"), now); });
  if (shared) {
    part("poem-tools").after(wallButton(() => ({ poem: { asked: request(first.asked.begin, first.asked), forks: forksTo(now) } })));
    showsWall(false);
  }
  settle();
}

/** The wall is offered once a poem is there. */
function showsWall(shown) {
  const button = document.querySelector("#view-poem .wall-button");
  if (button) button.hidden = !shown;
}

/** What cannot be asked for together is not offered together. */
function settle() {
  form.shown.value = form.temperature.value;
  const regular = form.form.value !== "";
  form.tune.disabled = regular;
  if (regular) form.tune.value = "";
  for (const field of [form.rhymes, form.tones]) {
    field.disabled = !regular;
    field.checked &&= regular;
  }
  form.rhyme.disabled = !form.rhymes.checked;
}

/** What the form asks for, as it stands in the address. */
function wanted() {
  return {
    begin: form.begin.value.trim(), seed: form.seed.value || "0", form: form.form.value,
    rhyme: form.rhymes.checked ? form.rhyme.value.trim() || "*" : "",
    tones: form.tones.checked, tune: form.tune.value, temperature: form.temperature.value,
  };
}

/** The poem of the address with its forks. */
export async function followAddress({ wanted: query }) {
  if (!query.has("seed")) return;
  for (const name of ["begin", "seed", "form", "tune", "temperature"]) {
    if (query.has(name)) form[name].value = query.get(name);
    else if (name !== "temperature") form[name].value = "";
  }
  const rhyme = query.get("rhyme") ?? "";
  form.rhymes.checked = rhyme !== "";
  form.rhyme.value = rhyme === "*" ? "" : rhyme;
  form.tones.checked = query.get("tones") === "true";
  settle();
  const forks = address.forksIn(query);
  await begin();
  for (const { at, character } of forks) if (now) await fork(at, character);
}

/** What the server is asked for. */
function request(text, asked) {
  return {
    begin: text, seed: Number(asked.seed), form: asked.form, tones: asked.tones, tune: asked.tune,
    rhyme: asked.rhyme === "" ? null : asked.rhyme === "*" ? "" : asked.rhyme,
    temperature: Number(asked.temperature),
  };
}

/** Asks for one poem: a node of the tree. */
async function compose(text, asked, parent, at, character) {
  const shown = part("poem");
  shown.replaceChildren(element("div", { class: "line" }));
  part("rivals").replaceChildren();
  part("poem-tools").hidden = true;
  showsWall(false);
  const about = await askLines("/poem", request(text, asked), (line) => { if (line.text) shown.firstElementChild.append(line.text); });
  const node = { ...about, asked, parent, at, character, children: [] };
  parent?.children.push(node);
  return node;
}

async function begin() {
  const asked = wanted();
  try {
    first = await compose(asked.begin, asked, null);
    show(first);
  } catch (error) { fail(error); }
}

/** The poem that goes on from `character` at place `at` instead. */
async function fork(at, character) {
  const known = now.children.find((node) => node.at === at && node.character === character);
  if (known) return show(known);
  const before = [...now.poem].slice(0, at).join("");
  const parent = now;
  try {
    show(await compose(before + character, now.asked, now, at, character));
  } catch (error) {
    fail(error);
    if (parent) show(parent);
  }
}

function fail(error) {
  part("poem").replaceChildren();
  complain(error);
}

/** The forks from the first poem to this one. */
function forksTo(node) {
  const forks = [];
  for (let at = node; at.parent; at = at.parent) forks.unshift({ at: at.at, character: at.character });
  return forks;
}

/** Shows a poem of the tree and puts the way to it into the address. */
function show(node) {
  now = node;
  address.write("poem", node.asked, forksTo(node));
  showVerse(part("poem"), node, (at) => showRivals(part("rivals"), node, at, fork));
  showNotes(part("verse-notes"), node);
  showTree(part("tree"), first, node, show);
  showGates(part("poem-gates"), node);
  part("rivals").replaceChildren();
  part("poem-tools").hidden = false;
  showsWall(true);
  part("said").replaceChildren();
}

async function copyLink() {
  let copied = true;
  try { await navigator.clipboard.writeText(location.href); } catch { copied = false; }
  part("said").replaceChildren(copied ? say("Copied.", "已复制。")
    : say("The link stands in the address bar.", "链接就在地址栏里。"));
}
