// Elements of a picture.

const SVG = "http://www.w3.org/2000/svg";

/** An element of a picture; text among the children is text, never markup. */
export function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}
