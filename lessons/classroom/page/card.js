// A poem to take home: as text, or as a card with its lines from top to bottom, right to left.

import { element } from "/say.js";

/** Saves a file; it never leaves this machine. */
export function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The lines of a poem with their punctuation. */
const linesOf = (poem) => poem.match(/[^，。？！；：、]*[，。？！；：、]?/gu).filter(Boolean);

export function saveText({ poem, title, asked }) {
  const text = `${title ? `${title}\n` : ""}${poem.replace(/[。？！；]/gu, "$&\n")}\n${asked.seed} · ${location.href}\n`;
  save(new Blob([text], { type: "text/plain" }), "poem.txt");
}

export function saveCard({ poem, title }) {
  const columns = [...(title ? [title] : []), ...linesOf(poem)].map((line) => [...line]);
  const size = 64, gap = 40, edge = 96;
  const canvas = element("canvas");
  canvas.width = 2 * edge + columns.length * size + (columns.length - 1) * gap;
  canvas.height = 2 * edge + Math.max(...columns.map((column) => column.length)) * (size + 8);
  const paint = canvas.getContext("2d");
  paint.fillStyle = "#fdfbf7";
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.strokeStyle = "#8c2f1b";
  paint.lineWidth = 4;
  paint.strokeRect(32, 32, canvas.width - 64, canvas.height - 64);
  paint.fillStyle = "#1f1b16";
  paint.font = `${size}px "Noto Serif SC", "Songti SC", SimSun, serif`;
  paint.textAlign = "center";
  paint.textBaseline = "top";
  columns.forEach((column, k) => {
    const x = canvas.width - edge - size / 2 - k * (size + gap);
    column.forEach((character, row) => {
      // Punctuation of vertical text stands at the upper right of its place.
      const mark = /[，。？！；：、]/u.test(character);
      paint.fillText(character, x + (mark ? size / 2 : 0), edge + row * (size + 8) - (mark ? size / 3 : 0));
    });
  });
  canvas.toBlob((blob) => save(blob, "poem.png"), "image/png");
}
