// The teacher's question: the answers to choose from, and the bars of how the class has answered.

import { element, key, label, said, say } from "/say.js";

/** Shows the question, if there is one; `vote` gets an answer, `close` ends the vote. */
export function showBallot(place, { ballot, teacher, seated }, { vote, close }) {
  if (!ballot) {
    place.replaceChildren(element("p", { class: "notes" }, say("No question yet.", "还没有提问。")));
    return;
  }
  const focused = document.activeElement?.dataset.answer; // who votes by keyboard stays there
  const { closed, votes, mine, counts } = ballot;
  const can = seated && !closed && !teacher;
  const answers = ballot.answers.map((answer, k) => {
    const text = can
      ? element("button", { type: "button", "data-answer": k, "aria-pressed": String(k === mine), onclick: () => vote(k) }, said(answer.text))
      : element("p", { class: `answer ${closed && answer.right ? "right" : ""}` }, said(answer.text),
        ...(k === mine ? [say(" (your vote)", "（你的选择）")] : []));
    const because = closed ? [element("p", { class: "because" }, answer.right ? say("Right. ", "对。") : say("No. ", "不对。"), said(answer.because))] : [];
    return element("li", {}, text, ...(counts ? bars(ballot, k) : []), ...because);
  });
  place.replaceChildren(
    element("p", {}, said(ballot.question)),
    element("ol", { class: "answers" }, ...answers),
    element("p", { class: "notes", role: "status" }, closed
      ? say(`Closed. Votes: ${votes}.`, `已结束，共 ${votes} 票。`)
      : say(`Votes so far: ${votes}. A vote can be changed until the teacher closes it.`, `目前 ${votes} 票。老师结束投票之前都可以改选。`)),
    ...(ballot.before && counts ? [element("p", { class: "notes" },
      key("lstm", say("now", "本次")), key("rnn", say("the time before", "上一次")))] : []),
    ...(teacher && !closed ? [element("div", { class: "buttons" },
      element("button", { type: "button", class: "main", id: "close-question", onclick: close }, say("Close it and show the answer", "结束投票并公布答案")))] : []),
  );
  if (focused !== undefined) place.querySelector(`[data-answer="${focused}"]`)?.focus();
}

/** How many chose an answer, now and the time before, as shares of the votes. */
function bars({ counts, before }, k) {
  const rows = [["now", counts, "now", "本次"], ...(before ? [["before", before, "the time before", "上一次"]] : [])];
  return rows.map(([kind, all, en, zh]) => {
    const votes = all.reduce((sum, count) => sum + count, 0);
    const fill = element("b", { class: kind });
    fill.style.transform = `scaleX(${votes === 0 ? 0 : all[k] / votes})`;
    const row = element("div", { class: "count", role: "img", "data-count": all[k] }, element("i", {}, fill), String(all[k]));
    label(row, `${all[k]} of ${votes} votes, ${en}`, `${zh}：${votes} 票中有 ${all[k]} 票`);
    return row;
  });
}
