// Two languages at one call site. Both stand in the page, and style.css shows the one that is
// chosen; so nothing has to be made anew when it changes.

/** Both sentences, as nodes. */
export function say(en, zh) {
  const both = document.createDocumentFragment();
  for (const [lang, text] of [["en", en], ["zh", zh]]) {
    both.append(element("span", { lang }, text));
  }
  return both;
}

/** What the server said: {en, zh}. */
export const said = ({ en, zh }) => say(en, zh);

/** An element with these attributes; text among the children is text, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** What a colour of a picture stands for. */
export const key = (kind, ...name) => element("span", { class: "named" }, element("span", { class: `key ${kind}` }), ...name);

/** The name that a screen reader says of an element (or the text of an option or the name of a group of them), in both languages. */
export function label(target, en, zh) {
  target.dataset.label = `${en}|${zh}`;
  relabel(target);
}

function relabel(target) {
  const [en, zh] = target.dataset.label.split("|");
  const text = document.documentElement.lang === "zh" ? zh : en;
  if (target.localName === "option") target.textContent = text;
  else if (target.localName === "optgroup") target.label = text;
  else target.setAttribute("aria-label", text);
}

/** Chooses the language of the page. */
export function speak(lang) {
  document.documentElement.lang = lang;
  document.querySelectorAll("[data-label]").forEach(relabel);
}

/** A share as per cent. */
export const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;
