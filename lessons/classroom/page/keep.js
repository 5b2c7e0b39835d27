// What the class did, as one page to keep: the cards of the wall and the votes. It is made of text
// nodes, so nothing that somebody typed can become markup in it.

import { save } from "/card.js";
import { drawDigit } from "/heat.js";
import { element, percent } from "/say.js";

/** Saves it: a page without scripts that opens anywhere. */
export function saveClass(cards, votes) {
  const page = document.implementation.createHTMLDocument("The classroom · 网页课堂");
  page.head.prepend(element("meta", { charset: "utf-8" }));
  const both = ({ en, zh }) => [en, element("br"), zh];
  page.body.append(element("h1", {}, "The classroom · 网页课堂"), element("p", {}, new Date().toLocaleString()),
    element("h2", {}, "The votes · 投票"),
    ...votes.flatMap(({ question, answers, counts }) => [
      element("h3", {}, ...both(question)),
      element("ol", {}, ...answers.map((answer, k) => element("li", {}, element("p", {}, `${counts[k]}${answer.right ? " ✓" : ""}`, element("br"), ...both(answer.text))))),
    ]),
    element("h2", {}, "The wall · 展示墙"),
    ...cards.flatMap((card) => [...shown(card), ...(card.name ? [element("p", {}, `— ${card.name}`)] : []), element("hr")]));
  save(new Blob([`<!doctype html>\n${page.documentElement.outerHTML}\n`], { type: "text/html" }), "class.html");
}

function shown({ poem, digit }) {
  if (poem) {
    return [...(poem.title ? [element("h3", {}, poem.title)] : []), element("p", { lang: "zh" }, poem.poem),
      element("p", {}, `${poem.asked.begin || "–"} · ${poem.asked.seed} · ${poem.forks.map(({ at, character }) => `${at}${character}`).join(".")}`)];
  }
  const canvas = element("canvas");
  drawDigit(canvas, digit.pixels);
  return [element("img", { src: canvas.toDataURL(), alt: String(digit.read), width: 112, height: 112 }), element("p", {}, `${digit.read} (${percent(digit.p)})`)];
}
