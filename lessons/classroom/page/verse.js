// A poem with what is known about it: tones, rivals, breaches, gates.

import { shade } from "/heat.js";
import { element, percent, said, say } from "/say.js";

const SENTENCE_ENDS = "。？！；";
const GATES = { input: "输入门", forget: "遗忘门", output: "输出门" };

/** The characters as buttons, a sentence a line, each with its tone below; `choose` gets the place. */
export function showVerse(place, { poem, places, given, title }, choose) {
  const lines = [element("div", { class: "line" })];
  const buttons = [...poem].map((character, at) => {
    const { tone } = places[at];
    const made = element("button", {
      type: "button", "aria-pressed": "false", "data-at": at,
      class: `${at < given ? "given" : ""} ${tone === " " ? "mark" : ""}`.trim(),
      onclick: () => {
        buttons.forEach((button) => button.setAttribute("aria-pressed", button === made));
        choose(at);
      },
    }, character, element("small", { "aria-hidden": "true" }, tone));
    lines.at(-1).append(made);
    if (SENTENCE_ENDS.includes(character)) lines.push(element("div", { class: "line" }));
    return made;
  });
  const heading = title ? [element("strong", {}, title)] : [];
  place.replaceChildren(...heading, ...lines.filter((line) => line.childElementCount > 0));
}

/** What the rules say of the whole poem. */
export function showNotes(place, { form, pattern, rhymes, breaches }) {
  const list = rhymes.length > 0 ? rhymes.join(" ") : null;
  place.replaceChildren(
    say("○ level, ● oblique, ◐ both. ", "○ 平，● 仄，◐ 两读。"),
    say(`Form: ${form ?? "free"}. Rhyme: ${list ?? "none"}. `, `体裁：${form ?? "自由"}。韵：${list ?? "无"}。`),
    ...(pattern ? [say(`Tones: ${pattern}. `, `平仄：${pattern}。`)] : []),
    ...(form ? [say(`Breaches of the strict rule: ${breaches.length}. `, `出律：${breaches.length} 处。`)] : []),
    ...breaches.map((breach) => element("span", { class: "soft" }, said(breach), " ")),
  );
}

/** The ten likeliest at a place; one that no rule forbids can be chosen. */
export function showRivals(place, node, at, fork) {
  const { character, p, likeliest } = node.places[at];
  const rivals = likeliest.map((rival) => {
    const here = rival.character === character;
    const end = rival.character === null;
    return element("li", {}, element("button", {
      type: "button", class: rival.forbidden ? "forbidden" : "", "data-rival": rival.character ?? "■",
      disabled: Boolean(rival.forbidden) || here || end,
      onclick: () => fork(at, rival.character),
    },
    element("b", { class: "character", lang: "zh" }, end ? "■" : rival.character),
    element("span", {}, percent(rival.p), here ? say(" · stands here", " · 现在的字") : "", end ? say(" · the end", " · 结束") : ""),
    ...(rival.forbidden ? [element("span", { class: "why" }, said(rival.forbidden))] : [])));
  });
  const own = p === null ? "–" : percent(p);
  place.replaceChildren(
    element("p", { class: "notes" }, say(
      `Instead of ${character} (${own}): the ten likeliest to the model itself, before temperature and rules. Choose one, and the poem goes on from there.`,
      `代替“${character}”（${own}）：模型自己认为最可能的十个（未经温度与格律）。选一个，诗就从那里改写下去。`)),
    element("ol", {}, ...rivals));
}

/** The gates under the characters. */
export function showGates(place, { poem, gates }) {
  if (!gates) {
    place.replaceChildren(element("p", { class: "notes" }, say("Shown for poems, not for lyrics.", "只显示诗，不显示词。")));
    return;
  }
  const head = element("tr", {}, element("td"), ...[...poem].map((c) => element("th", { scope: "col", lang: "zh" }, c)));
  const rows = gates.map(({ name, values }) => element("tr", {},
    element("th", { scope: "row" }, name in GATES ? say(name, GATES[name]) : name),
    ...values.map((value) => {
      const cell = element("td", { class: "shade" }, value.toFixed(2).replace("0.", "."));
      const { background, ink } = shade(value);
      cell.style.background = background;
      cell.style.color = ink;
      return cell;
    })));
  place.replaceChildren(element("table", { class: "gates" }, element("thead", {}, head), element("tbody", {}, ...rows)));
}
