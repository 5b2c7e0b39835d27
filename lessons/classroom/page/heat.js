// Numbers as shades, from the page's own colours.

const part = (colour, at) => parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16);

function colour(name) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [0, 1, 2].map((at) => part(value, at));
}

/** The shade of a share, 0 to 1, and the ink that is read on it. */
export function shade(share) {
  const low = colour("--low"), high = colour("--high");
  const mixed = low.map((v, k) => Math.round(v + share * (high[k] - v)));
  const light = (0.299 * mixed[0] + 0.587 * mixed[1] + 0.114 * mixed[2]) > 140;
  return { background: `rgb(${mixed})`, ink: light ? "#000" : "#fff" };
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
