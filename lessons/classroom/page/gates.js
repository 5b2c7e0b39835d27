// "Turn the gates": one unit, every number of its six equations, and the gradient thermometer.

import { ask, newest } from "/ask.js";
import { shade } from "/heat.js";
import { element, key, label, say } from "/say.js";
import { shape } from "/svg.js";

const part = (id) => document.getElementById(id);
const NAMES = ["i", "f", "g", "o"];
const HELD = [["input", "i", "input gate", "输入门"], ["forget", "f", "forget gate", "遗忘门"], ["output", "o", "output gate", "输出门"]];
const WEIGHTS = [["w_x", "w_x"], ["w_h", "w_h"], ["bias", "b"]];
let lesson, turned, steps = [];

/** Fills the view with lesson 3's unit. */
export function gatesView({ unit, inputs }) {
  lesson = () => structuredClone({ unit, inputs, held: { input: null, forget: null, output: null } });
  part("unit-reset").addEventListener("click", reset);
  document.addEventListener("recolour", showSteps);
  reset();
  const bars = part("thermometer");
  const measure = newest(async (measured) => showGradients(await ask("/thermometer", measured)));
  const read = () => {
    const { seq_len, forget_bias } = bars.elements;
    bars.elements.seq_len_shown.value = seq_len.value;
    bars.elements.forget_bias_shown.value = forget_bias.value;
    measure({ seq_len: Number(seq_len.value), forget_bias: Number(forget_bias.value) });
  };
  bars.addEventListener("input", read);
  read();
}

const turn = newest(async (turned) => {
  ({ steps } = await ask("/unit", turned));
  showSteps();
});

function reset() {
  turned = lesson();
  part("held").replaceChildren(...HELD.map(([gate, symbol, en, zh]) => held(gate, symbol, en, zh)));
  const inputs = turned.inputs.map((_, t) => slider(`x${t + 1}`, turned.inputs, t));
  const gates = NAMES.map((name, k) => group(name, WEIGHTS.map(([key, shown]) => slider(shown, turned.unit[key], k))));
  part("weights").replaceChildren(group("x", inputs), ...gates);
  turn(turned);
}

function group(name, sliders) {
  return element("fieldset", {}, element("legend", {}, name), ...sliders);
}

/** A slider for one number of an array. */
function slider(name, numbers, at) {
  const shown = element("output", {}, numbers[at].toFixed(1));
  return element("label", {}, name, element("input", {
    type: "range", min: -4, max: 4, step: 0.1, value: numbers[at],
    oninput: ({ currentTarget }) => {
      numbers[at] = Number(currentTarget.value);
      shown.value = numbers[at].toFixed(1);
      turn(turned);
    },
  }), shown);
}

/** Free, 0 or 1. */
function held(gate, symbol, en, zh) {
  const buttons = [[null, say("free", "自由")], [0, "0"], [1, "1"]].map(([value, text]) => {
    const made = element("button", {
      type: "button", "aria-pressed": String(value === null), "data-held": `${gate}-${value ?? "free"}`,
      onclick: () => {
        buttons.forEach((button) => button.setAttribute("aria-pressed", button === made));
        turned.held[gate] = value;
        turn(turned);
      },
    }, text);
    return made;
  });
  return element("fieldset", {}, element("legend", {}, say(`${en} ${symbol}`, `${zh} ${symbol}`)), ...buttons);
}

/** Every number of every step. */
function showSteps() {
  const head = ["t", "x", "Σi", "Σf", "Σg", "Σo", "i", "f", "g", "o", "c", "h"];
  const number = (value, share) => {
    const cell = element("td", {}, value.toFixed(4));
    if (share !== undefined) {
      const { background, ink } = shade(Math.min(1, Math.max(0, share)));
      cell.style.background = background;
      cell.style.color = ink;
    }
    return cell;
  };
  const rows = steps.map(({ sums, i, f, g, o, c, h }, t) => element("tr", { "data-c": c, "data-h": h },
    element("th", { scope: "row" }, String(t + 1)), number(turned.inputs[t]), ...sums.map((sum) => number(sum)),
    number(i, i), number(f, f), number(g, (g + 1) / 2), number(o, o),
    number(c, (Math.tanh(c) + 1) / 2), number(h, (h + 1) / 2)));
  part("steps").replaceChildren(element("table", {},
    element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...rows)));
}

/** What is left of the gradient, as powers of ten over the steps: the loss stands at the right end. */
function showGradients(left) {
  const [width, height, edge, lowest] = [720, 260, 46, -12];
  const tens = (share) => Math.min(1, Math.max(lowest, Math.log10(Math.max(share, 1e-30))));
  const y = (power) => edge / 2 + (1 - power) / (1 - lowest) * (height - edge);
  const line = (shares, name) => shape("path", {
    class: name,
    d: shares.map((share, t) => `${t ? "L" : "M"}${(edge + t / (shares.length - 1) * (width - edge - 10)).toFixed(1)} ${y(tens(share)).toFixed(1)}`).join(""),
  });
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  const [rnn, lstm] = [left.rnn[0], left.lstm[0]].map((share) => share.toExponential(1));
  label(picture, `Left of the gradient at the first step: RNN ${rnn}, LSTM ${lstm}`, `第一步处剩下的梯度：RNN ${rnn}，LSTM ${lstm}`);
  for (const power of [0, -4, -8, -12]) {
    picture.append(shape("line", { class: "axis", x1: edge, x2: width, y1: y(power), y2: y(power) }),
      shape("text", { x: 0, y: y(power) + 4 }, power === 0 ? "1" : `1e${power}`));
  }
  picture.append(line(left.rnn, "rnn"), line(left.lstm, "lstm"));
  part("gradients").replaceChildren(picture, element("p", { class: "notes" },
    key("rnn", `RNN ${rnn}`), key("lstm", `LSTM ${lstm}`),
    say("left of |∂L/∂h| at the first step; the loss stands at the right end.", "为第一步处剩下的 |∂L/∂h|；损失在右端。")));
}
