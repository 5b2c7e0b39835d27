// Predict first: the question with which a view begins. Behind each wrong answer stands the
// misconception that leads to it.

import { element, said, say } from "/say.js";

/** Puts a question of the course's bank into `place`. */
export function question(place, { question, answers }) {
  const because = element("p", { class: "because", role: "status", hidden: true });
  const buttons = answers.map((answer) => element("button", {
    type: "button",
    onclick: ({ currentTarget: chosen }) => {
      const word = answer.right ? say("Right. ", "对。") : say("No. ", "不对。");
      because.replaceChildren(word, said(answer.because));
      because.hidden = false;
      buttons.forEach((button) => button.classList.remove("right", "wrong"));
      chosen.classList.add(answer.right ? "right" : "wrong");
    },
  }, said(answer.text)));
  place.replaceChildren(
    element("p", {}, say("Predict first: ", "先预测："), said(question)),
    element("ol", {}, ...buttons.map((button) => element("li", {}, button))),
    because,
  );
}
