// "Read a digit": what is drawn becomes 28 rows, and after each row stands a belief.

import { ask, complain } from "/ask.js";
import { drawBytes } from "/heat.js";
import { paper } from "/paper.js";
import { element, label, percent, say } from "/say.js";
import { wallButton } from "/wall.js";

const ROWS = 28;
const SIGNALS = {
  input: ["input gate i", "输入门 i"], forget: ["forget gate f", "遗忘门 f"],
  candidate: ["candidate g", "候选记忆元 g"], output: ["output gate o", "输出门 o"],
  cell: ["memory cell c", "记忆元 c"], hidden: ["hidden state h", "隐状态 h"],
};

/** Fills the view; a second sheet is made when it is asked for. */
export function digitView({ shared }) {
  const papers = document.getElementById("papers"), second = document.getElementById("second");
  papers.append(reader(shared));
  second.addEventListener("change", () => {
    papers.classList.toggle("two", second.checked);
    if (second.checked) papers.append(reader(shared));
    else papers.lastElementChild.remove();
  });
}

function button(en, zh, onclick) {
  return element("button", { type: "button", onclick }, say(en, zh));
}

/** One sheet with everything below it; in a shared room it can go on the wall. */
function reader(shared) {
  const draw = element("canvas"), seen = element("canvas", { class: "seen", role: "img" });
  const verdict = element("p", { class: "verdict", role: "status" });
  const bars = element("div", { class: "bars", "aria-hidden": "true" });
  const changes = element("p", { class: "notes" });
  const slider = element("input", { type: "range", min: 0, max: ROWS, value: ROWS });
  const shown = element("output");
  const units = element("canvas", { class: "heat", role: "img" });
  const which = element("select");
  const heat = element("div", { class: "wide", hidden: true });
  let read = null, wanted = null, timer = null, mistake = 0;

  label(seen, "The 28 by 28 pixels that the network reads", "网络所读的 28×28 像素");
  label(slider, "Rows read", "已读的行");
  label(which, "Which signal", "哪个信号");
  label(units, "The units of the layer after each row", "每一行之后本层的各单元");
  for (const [name, [en, zh]] of Object.entries(SIGNALS)) {
    const option = element("option", { value: name });
    label(option, en, zh);
    which.append(option);
  }
  which.value = "hidden";

  const options = { half: null, shuffled: false };
  async function load(from) {
    wanted = from;
    try {
      read = await ask("/digit", { from, ...options });
      heat.hidden = false;
      show(ROWS);
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
    } catch (error) { complain(error); }
  }
  const sheet = paper(draw, (strokes) => load({ strokes }));

  function show(rows) {
    if (!read) return;
    slider.value = rows;
    shown.value = `${rows} / ${ROWS}`;
    drawSeen(seen, read.pixels, rows);
    const belief = rows > 0 ? read.beliefs[rows - 1] : Array(10).fill(0.1);
    const best = belief.indexOf(Math.max(...belief));
    bars.replaceChildren(...belief.map((p, digit) => bar(digit, p, digit === best && rows > 0)));
    verdict.replaceChildren(rows === 0 ? say("Nothing read yet.", "还什么都没读。")
      : rows === ROWS ? say(`It reads ${best} (${percent(belief[best])}).`, `读作 ${best}（${percent(belief[best])}）。`)
      : say(`Row ${rows}: looks like ${best}.`, `第 ${rows} 行：像是 ${best}。`));
    verdict.dataset.read = rows === ROWS ? best : "";
    const way = read.changes.map(([row, digit]) => `${digit} (${row})`).join(" → ");
    const truth = read.truth === null ? ["", ""] : [` It is a ${read.truth}.`, ` 真值 ${read.truth}。`];
    changes.replaceChildren(say(`How its answer changed, digit (row): ${way}.${truth[0]}`, `判断的变化：数字（行）：${way}。${truth[1]}`));
    drawBytes(units, read.signals.find((signal) => signal.name === which.value).rows, rows);
  }

  function stop() { clearInterval(timer); timer = null; }
  function play() {
    stop();
    let rows = 0;
    show(rows);
    timer = setInterval(() => {
      show(++rows);
      if (rows >= ROWS) stop();
    }, 90);
  }

  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  which.addEventListener("change", () => show(Number(slider.value)));
  document.addEventListener("recolour", () => show(Number(slider.value)));

  const toggle = (en, zh, change) => {
    const made = button(en, zh, () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", on);
      change(on);
      if (wanted) load(wanted);
    });
    made.setAttribute("aria-pressed", "false");
    return made;
  };
  const seed = () => Math.floor(Math.random() * 2 ** 32);
  const instead = (from) => { sheet.clear(); load(from); };
  heat.append(
    element("div", { class: "rows" },
      button("Play / pause", "播放 / 暂停", () => timer ? stop() : play()), slider, shown),
    element("p", { class: "notes" }, say("The 128 units of the layer, one a line, from row 1 to row 28; the stronger the colour, the higher.", "本层的 128 个单元，每个一条横线，从左到右是第 1 行到第 28 行；颜色越鲜明，数值越大。")),
    which, units, ...(shared ? [wallButton(() => ({ digit: read.pixels }))] : []));
  return element("div", { class: "paper" },
    element("div", {}, draw, element("div", { class: "buttons" },
      button("Clear", "清除", () => { stop(); sheet.clear(); }),
      button("A drawn digit", "程序画的数字", () => instead({ drawn: [Math.floor(Math.random() * 10), seed()] })),
      button("A bad mistake", "严重误读", () => instead({ worst: mistake++ })),
      toggle("Upper half", "只读上半", (on) => { options.half = on ? "upper" : null; }),
      toggle("Rows shuffled", "打乱各行", (on) => { options.shuffled = on; }))),
    element("div", {}, seen, changes),
    element("div", {}, verdict, bars),
    heat);
}

function bar(digit, p, top) {
  const fill = element("b");
  fill.style.transform = `scaleX(${p})`;
  return element("div", { class: top ? "top" : "" }, String(digit), element("i", {}, fill), percent(p));
}

/** The pixels as far as they are read; the others are pale. */
function drawSeen(canvas, pixels, rows) {
  canvas.width = canvas.height = ROWS;
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(ROWS, ROWS);
  for (let at = 0; at < ROWS * ROWS; at++) {
    const ink = parseInt(pixels.slice(2 * at, 2 * at + 2), 16);
    const now = rows < ROWS && Math.floor(at / ROWS) === rows - 1;
    image.data.set([ink, ink, now ? Math.max(ink, 90) : ink, at / ROWS < rows ? 255 : 90], 4 * at);
  }
  paint.putImageData(image, 0, 0);
}
