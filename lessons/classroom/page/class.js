// "The class together": asks every two seconds what is new, while the view is looked at.

import { ask, complain } from "/ask.js";
import { showBallot } from "/ballot.js";
import { follow } from "/follow.js";
import { saveClass } from "/keep.js";
import { element, label, say } from "/say.js";
import { showWall } from "/wall.js";

const EVERY = 2000;
const part = (id) => document.getElementById(id);
const cards = new Map();
let version = 0, newest = 0, now = null, send;

/** Fills the view. */
export function classView() {
  part("put-question").addEventListener("click", () => send("/class/question", { id: part("questions").value }));
  part("shut-wall").addEventListener("click", () => send("/class/wall/intake", { shut: !now.wall.shut }));
  part("save-class").addEventListener("click", async () => {
    try { saveClass(now.wall.numbers.map((number) => cards.get(number)), await ask("/class/votes")); } catch (error) { complain(error); }
  });
  send = follow(part("view-class"), EVERY, () => `/class?since=${version}&have=${newest}`, show);
}

function show(told) {
  if (told.version <= version) return; // an answer that was overtaken
  if (told.teacher && !now) offer();
  [now, version] = [told, told.version];
  for (const { number, card } of told.wall.cards) {
    cards.set(number, card);
    newest = Math.max(newest, number);
  }
  for (const number of cards.keys()) if (!told.wall.numbers.includes(number)) cards.delete(number);
  for (const place of document.querySelectorAll("[data-teacher]")) place.hidden = !told.teacher;
  part("class-about").replaceChildren(say(`${told.seats} in the room.`, `教室里有 ${told.seats} 人。`),
    ...(told.seated ? [] : [say(" You have no seat, so you can only look on.", " 没有座位，只能旁观。")]));
  part("shut-wall").setAttribute("aria-pressed", told.wall.shut);
  showBallot(part("ballot"), told, {
    vote: (answer) => send("/class/vote", { put: told.ballot.put, answer }),
    close: () => send("/class/close", { number: told.ballot.put }),
  });
  showWall(part("wall"), told, cards, (number) => send("/class/wall/off", { number }));
}

/** The bank of questions, for the teacher to choose from. */
async function offer() {
  try {
    const bank = await ask("/class/questions");
    const groups = [1, 2, 3, 4, 5, 6].map((lesson) => {
      const options = bank.filter((question) => question.lesson === lesson).map(({ id, question }) => {
        const option = element("option", { value: id });
        label(option, question.en, question.zh);
        return option;
      });
      const group = element("optgroup", {}, ...options);
      label(group, `Lesson ${lesson}`, `第 ${lesson} 课`);
      return group;
    });
    part("questions").replaceChildren(...groups);
  } catch (error) { complain(error); }
}
