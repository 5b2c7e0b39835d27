// A loss curve drawn from the numbers: training and validation, and the levels that say what a loss
// is worth.

import { element, key, label, say } from "/say.js";
import { shape } from "/svg.js";

const [WIDTH, HEIGHT] = [720, 340];
const EDGE = { left: 52, right: 108, top: 36, bottom: 36 };
const LEVELS = { uniform: ["guessing", "瞎猜"], unigram: ["unigram", "一元"], bigram: ["bigram", "二元"], trigram: ["trigram", "三元"] };

/** Draws it into `place`, with a table of the same numbers behind it. */
export function curve(place, { rows, epochs, landmarks, standing, state }) {
  const levels = Object.entries(landmarks ?? {}).filter(([, value]) => Number.isFinite(value));
  const running = state === "running" && standing?.loss != null ? [[standing.epoch - 1 + standing.trained, standing.loss]] : [];
  const values = [...rows.flatMap(({ train, valid }) => [train, valid]), ...levels.map(([, value]) => value), ...running.map(([, loss]) => loss)]
    .filter(Number.isFinite);
  if (values.length === 0) return place.replaceChildren();
  const ticks = steps(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0], ticks.at(-1)];
  const x = (epoch) => EDGE.left + epoch / epochs * (WIDTH - EDGE.left - EDGE.right);
  const y = (loss) => EDGE.top + (high - loss) / (high - low) * (HEIGHT - EDGE.top - EDGE.bottom);
  const right = x(epochs);
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart" });
  for (const tick of ticks) {
    picture.append(shape("line", { class: "axis", x1: EDGE.left, x2: right, y1: y(tick), y2: y(tick) }),
      shape("text", { x: EDGE.left - 8, y: y(tick) + 4, "text-anchor": "end" }, String(Number(tick.toFixed(2)))));
  }
  const every = Math.ceil(epochs / 10);
  for (let epoch = 0; epoch <= epochs; epoch += every) {
    picture.append(shape("text", { x: x(epoch), y: HEIGHT - 10, "text-anchor": "middle" }, String(epoch)));
  }
  const names = spread(levels.map(([name, value]) => [name, y(value)]));
  for (const [name, value] of levels) {
    picture.append(shape("line", { class: "level", x1: EDGE.left, x2: right, y1: y(value), y2: y(value) }),
      shape("text", { x: right + 8, y: names[name] + 4 }, ...both(LEVELS[name])));
  }
  picture.append(shape("text", { x: right + 24, y: HEIGHT - 10 }, ...both(["epoch", "轮"])),
    shape("text", { x: 0, y: 18 }, ...both(["loss, nats", "损失（纳特）"])));
  const line = (points, kind) => {
    if (points.length > 1) picture.append(shape("path", { class: kind, d: points.map(([at, loss], k) => `${k ? "L" : "M"}${x(at).toFixed(1)} ${y(loss).toFixed(1)}`).join("") }));
    for (const [at, loss] of points) picture.append(shape("circle", { class: kind, cx: x(at), cy: y(loss), r: 3.5 }));
  };
  const points = (key) => rows.filter((row) => Number.isFinite(row[key])).map((row) => [row.epoch, row[key]]);
  line(points("train"), "rnn");
  line(points("valid"), "lstm");
  for (const [at, loss] of running) picture.append(shape("circle", { class: "rnn now", cx: x(at), cy: y(loss), r: 5 }));
  const last = rows.at(-1);
  if (last) {
    const figures = [last.train, last.valid].map((loss) => loss.toFixed(3));
    label(picture, `Loss after epoch ${last.epoch}: training ${figures[0]}, validation ${figures[1]}`, `第 ${last.epoch} 轮后的损失：训练 ${figures[0]}，验证 ${figures[1]}`);
  } else label(picture, "Loss; no epoch is finished yet", "损失；还没有完成一轮");
  place.replaceChildren(picture, element("p", { class: "notes" },
    key("rnn", say("training", "训练"), last ? ` ${last.train.toFixed(3)}` : ""),
    key("lstm", say("validation", "验证"), last ? ` ${last.valid.toFixed(3)}` : ""),
    levels.length > 1 ? say("Dashed: what counting alone comes to.", "虚线：只靠计数的损失。")
      : say("Dashed: a guess among ten.", "虚线：在十个数字中瞎猜。")));
}

/** Both languages inside a picture; style.css shows one. */
const both = ([en, zh]) => [shape("tspan", { lang: "en" }, en), shape("tspan", { lang: "zh" }, zh)];

/** Round numbers around these, at most seven. */
function steps(low, high) {
  const rough = (high - low || 1) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((step) => step >= rough);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** Where names stand so that none covers another: from the top, at least so far apart. */
function spread(places, apart = 24) {
  let at = -Infinity;
  return Object.fromEntries([...places].sort((a, b) => a[1] - b[1]).map(([name, y]) => [name, at = Math.max(y, at + apart)]));
}
