// Numbers as shades, from the page's own colours.

const part = (colour, at) => parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16);

function colour(name) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [0, 1, 2].map((at) => part(value, at));
}

/** How light a colour is to the eye (WCAG 2). */
function luminance(colour) {
  const [r, g, b] = colour.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The shade of a share, 0 to 1, and the ink that is read on it. */
export function shade(share) {
  const low = colour("--low"), high = colour("--high");
  const mixed = low.map((v, k) => Math.round(v + share * (high[k] - v)));
  const light = luminance(mixed);
  // Of black and white the one with the larger contrast.
  return { background: `rgb(${mixed})`, ink: (light + 0.05) ** 2 > 0.0525 ? "#000" : "#fff" };
}

/** Draws `rows` of bytes into a canvas, one pixel each: time goes right, units go down. */
export function drawBytes(canvas, rows, upTo) {
  const [steps, units] = [rows.length, rows[0].length / 2];
  canvas.width = steps;
  canvas.height = units;
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(steps, units);
  const low = colour("--low"), high = colour("--high");
  for (let t = 0; t < steps; t++) {
    for (let unit = 0; unit < units; unit++) {
      const share = parseInt(rows[t].slice(2 * unit, 2 * unit + 2), 16) / 255;
      const at = 4 * (unit * steps + t);
      for (let k = 0; k < 3; k++) image.data[at + k] = low[k] + share * (high[k] - low[k]);
      image.data[at + 3] = t < upTo ? 255 : 40;
    }
  }
  paint.putImageData(image, 0, 0);
}

/** Draws a digit: 28 rows of 28 bytes, two hexadecimal digits each. */
export function drawDigit(canvas, pixels) {
  const side = 28;
  canvas.width = canvas.height = side;
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(side, side);
  for (let at = 0; at < side * side; at++) {
    const ink = parseInt(pixels.slice(2 * at, 2 * at + 2), 16);
    image.data.set([ink, ink, ink, 255], 4 * at);
  }
  paint.putImageData(image, 0, 0);
}
