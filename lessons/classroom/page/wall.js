// The wall: poems and digits of the class, and the button that puts one up.

import { link } from "/address.js";
import { ask, complain } from "/ask.js";
import { drawDigit } from "/heat.js";
import { element, label, percent, say } from "/say.js";

/** The name that goes with a card; it is kept by this page alone. */
let name = "";

/** Shows the cards, newest first; the teacher can take one `off`. */
export function showWall(place, { wall, teacher }, cards, off) {
  const shown = new Map([...place.querySelectorAll("li")].map((item) => [Number(item.dataset.number), item]));
  const items = wall.numbers.map((number) => shown.get(number) ?? element("li", { "data-number": number }, cardOf(cards.get(number)),
    ...(teacher ? [element("button", { type: "button", onclick: () => off(number) }, say("Take it off", "取下"))] : [])));
  const same = items.length === shown.size && items.every((item, at) => item === place.children[at]);
  if (!same) place.replaceChildren(...items); // else whoever stands on a card keeps the focus
  document.getElementById("wall-about").replaceChildren(
    wall.shut ? say("The wall takes nothing now. ", "展示墙暂不接受新内容。") : "",
    items.length > 0 ? "" : say("Nothing hangs here yet. Below a poem, and below a digit, is the button that puts it here.", "墙上还是空的。诗和数字下面都有“放到墙上”的按钮。"));
}

function cardOf(card) {
  const from = card.name ? [element("footer", {}, card.name)] : [];
  return element("article", {}, card.poem ? poemOf(card.poem) : digitOf(card.digit), ...from);
}

/** The poem as a link to itself; what was given is told from what the model wrote. */
function poemOf({ asked, forks, poem, title, given }) {
  const rhyme = asked.rhyme === null ? "" : asked.rhyme || "*";
  const there = element("a", { href: link("poem", { ...asked, rhyme }, forks), lang: "zh", class: "poem" });
  const characters = [...poem], chosen = new Set(forks.map(({ at }) => at));
  let line = element("span", { class: "line" });
  if (title) there.append(element("strong", {}, title));
  characters.forEach((character, at) => {
    line.append(at < given || chosen.has(at) ? element("b", {}, character) : character);
    if (/[。？！；]/u.test(character) || at === characters.length - 1) {
      there.append(line);
      line = element("span", { class: "line" });
    }
  });
  return there;
}

function digitOf({ pixels, read, p }) {
  const canvas = element("canvas", { role: "img" });
  label(canvas, `A digit, read as ${read}`, `一个数字，读作 ${read}`);
  drawDigit(canvas, pixels);
  return element("div", { class: "digit" }, canvas, element("p", {}, say(`It reads ${read} (${percent(p)}).`, `读作 ${read}（${percent(p)}）。`)));
}

/** The button, and the name; `what` says what is put up. */
export function wallButton(what) {
  const status = element("span", { role: "status" });
  const field = element("input", { maxlength: 20, "data-wall-name": "", value: name, autocomplete: "off", oninput: ({ currentTarget }) => {
    name = currentTarget.value;
    document.querySelectorAll("[data-wall-name]").forEach((other) => { if (other !== currentTarget) other.value = name; });
  } });
  const button = element("button", { type: "button", "data-wall": "", onclick: async () => {
    button.disabled = true;
    status.replaceChildren();
    try {
      await ask("/class/wall", { name, what: what() });
      status.replaceChildren(say("It hangs on the wall.", "已放到墙上。"));
    } catch (error) { complain(error); }
    button.disabled = false;
  } }, say("Put it on the wall", "放到墙上"));
  return element("div", { class: "buttons wall-button" }, button, element("label", {}, say("Name (optional)", "名字（可不填）"), field), status);
}
