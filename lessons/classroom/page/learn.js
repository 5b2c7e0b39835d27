// "Watch it learn": a training as it runs, its losses and what it can do after each epoch.

import { ask } from "/ask.js";
import { curve } from "/curve.js";
import { follow } from "/follow.js";
import { drawDigit } from "/heat.js";
import { element, label, percent, said, say } from "/say.js";

const EVERY = 1000;
const part = (id) => document.getElementById(id);
let sum = "", pictures = null, send;

/** Fills the view. */
export function learnView() {
  for (const button of document.querySelectorAll("[data-learn]")) {
    button.addEventListener("click", () => send("/learn/start", { from: button.dataset.learn }));
  }
  part("stop-learning").addEventListener("click", () => send("/learn/cancel", {}));
  send = follow(part("view-learn"), EVERY, () => `/learn?since=${sum}`, show);
}

async function show(told) {
  sum = told.sum;
  const running = ["running", "stopping"].includes(told.state);
  part("learn-choice").hidden = !(told.own && told.teacher);
  for (const button of document.querySelectorAll("[data-learn]")) button.disabled = running;
  part("stop-learning").disabled = told.state !== "running";
  part("learn-state").replaceChildren(...state(told));
  part("learn-bar").hidden = !told.standing || !running;
  if (told.standing) part("learn-bar").value = (told.standing.epoch - 1 + told.standing.trained) / told.epochs;
  if (!told.from) return;
  curve(part("losses"), told);
  if (told.from === "digits" && told.readings?.length > 0) await showReadings(told.readings);
  else part("readings").replaceChildren();
  const wrote = told.rows.filter(({ sample }) => sample);
  part("samples").replaceChildren(...wrote.toReversed().map(({ epoch, sample }) =>
    element("li", {}, element("span", { class: "soft" }, say(`Epoch ${epoch}: `, `第 ${epoch} 轮：`)), element("b", { lang: "zh", class: "sample" }, sample))));
  part("samples-title").hidden = wrote.length === 0;
}

/** How it stands, in a sentence. */
function state({ from, state, folder, error, epochs, rows, standing, own, teacher }) {
  if (!from) {
    return [own && teacher ? say("Nothing has been trained yet. Start one of the two.", "还没有训练。请开始其中一个。")
      : say("Nothing has been trained yet; the teacher starts it.", "还没有训练；由老师开始。")];
  }
  const done = rows.length;
  const name = from === "digits" ? say("Drawn digits. ", "自绘数字。") : say("Poems. ", "诗。");
  const unit = from === "digits" ? ["images", "张图"] : ["characters", "字"];
  if (folder) {
    return [element("code", {}, folder), say(` has finished ${done} of ${epochs} epochs; a new one appears by itself.`, ` 已完成 ${epochs} 轮中的 ${done} 轮；新的一轮会自动出现。`)];
  }
  if (state === "failed") return [name, said(error)];
  if (state === "stopped") return [name, say(`Stopped after ${done} of ${epochs} epochs.`, `已停止，完成了 ${epochs} 轮中的 ${done} 轮。`)];
  if (state === "done") return [name, say(`All ${epochs} epochs are done.`, `${epochs} 轮全部完成。`)];
  if (state === "stopping") return [name, say("It stops after this step.", "这一步之后停止。")];
  if (!standing) return [name, say("It prepares its data.", "正在准备数据。")];
  const { epoch, trained, rate, left, loss } = standing;
  const now = loss === null ? ["", ""] : [`, loss ${loss.toFixed(2)}`, `，损失 ${loss.toFixed(2)}`];
  const speed = rate > 0 ? [`: ${Math.round(rate)} ${unit[0]} a second`, `：每秒 ${Math.round(rate)} ${unit[1]}`] : ["", ""];
  const rest = left === null ? ["", ""] : [`, about ${clock(left)} left`, `，约剩 ${clock(left)}`];
  return [name, say(
    `Epoch ${epoch} of ${epochs}, ${percent(trained)}${now[0]}${speed[0]}${rest[0]}.`,
    `第 ${epoch} 轮，共 ${epochs} 轮，${percent(trained)}${now[1]}${speed[1]}${rest[1]}。`)];
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;

/** Some digits that are in no set, and what was read in them after each epoch. */
async function showReadings(readings) {
  pictures ??= await ask("/learn/digits");
  const last = readings.at(-1);
  const one = ({ pixels, truth }, k) => {
    const canvas = element("canvas", { role: "img" });
    drawDigit(canvas, pixels);
    label(canvas, `The digit ${truth}`, `数字 ${truth}`);
    const read = readings.map((reading) => element("span", { class: reading.read[k] === truth ? "right" : "wrong" }, String(reading.read[k])));
    return element("li", {}, canvas, element("span", { class: "read" }, ...read));
  };
  part("readings").replaceChildren(
    element("p", {}, say(`Read rightly of digits that it never learned from: ${percent(last.accuracy)}. `, `未参与训练的数字中读对的比例：${percent(last.accuracy)}。`),
      say("Below each digit, what was read in it after each epoch.", "每个数字下面是各轮之后的读法。")),
    element("ul", {}, ...pictures.map(one)));
}
