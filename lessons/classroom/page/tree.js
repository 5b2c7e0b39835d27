// The forks of a poem as a tree that stays and can be walked.

import { element, label } from "/say.js";

/** Draws the tree below `first`; `now` is shown, `show` gets another. */
export function showTree(place, first, now, show) {
  const top = element("ul", {}, branch(first, now, show));
  label(top, "Forks of the poem", "诗的分支");
  place.replaceChildren(top);
}

function branch(node, now, show) {
  const text = [...node.poem];
  const shown = node.parent ? `…${text.slice(Math.max(0, node.at - 2), node.at).join("")}【${node.character}】${text.slice(node.at + 1).join("")}` : node.poem;
  const own = element("button", {
    type: "button", lang: "zh", "aria-current": node === now ? "true" : null,
    "aria-pressed": String(node === now), onclick: () => show(node),
  }, shown);
  const children = node.children.map((child) => branch(child, now, show));
  return element("li", {}, own, ...(children.length > 0 ? [element("ul", {}, ...children)] : []));
}
