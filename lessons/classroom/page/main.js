// The page: which view is shown, in which language, light or dark.

import { read } from "/address.js";
import { ask, complain } from "/ask.js";
import { classView } from "/class.js";
import { digitView } from "/digit.js";
import { gatesView } from "/gates.js";
import { learnView } from "/learn.js";
import { followAddress, poemView } from "/poem.js";
import { question } from "/question.js";
import { speak } from "/say.js";

const VIEWS = ["digit", "poem", "gates", "learn", "class"];
const part = (id) => document.getElementById(id);
const root = document.documentElement;

/** What was chosen here before; a browser may forbid to remember it. */
const kept = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* then it is not kept */ } },
};

function settings() {
  const chosen = kept.get("lang") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
  speak(chosen);
  part("lang").addEventListener("click", () => {
    const lang = root.lang === "zh" ? "en" : "zh";
    speak(lang);
    kept.set("lang", lang);
  });
  const theme = kept.get("theme");
  if (theme) root.dataset.theme = theme;
  part("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    kept.set("theme", root.dataset.theme);
    document.dispatchEvent(new Event("recolour"));
  });
  part("projector").addEventListener("click", ({ currentTarget }) => {
    const on = root.toggleAttribute("data-projector");
    currentTarget.setAttribute("aria-pressed", on);
  });
}

/** Shows the view of the address; that of the class only where there is one. */
function show() {
  const asked = read();
  const there = VIEWS.includes(asked.view) && !document.querySelector(`nav a[href="#${asked.view}"]`).hidden;
  const view = there ? asked.view : VIEWS[0];
  for (const name of VIEWS) {
    part(`view-${name}`).hidden = name !== view;
    const link = document.querySelector(`nav a[href="#${name}"]`);
    if (name === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  return { ...asked, view };
}

function invite(link) {
  part("invite").hidden = false;
  part("invite").addEventListener("click", () => {
    part("room-code").src = "/room.svg";
    part("room-link").textContent = link;
    part("room").showModal();
  });
  part("room-close").addEventListener("click", () => part("room").close());
}

async function open() {
  settings();
  show();
  try {
    const start = await ask("/start");
    for (const place of document.querySelectorAll("[data-question]")) question(place, start.questions[place.dataset.question]);
    if (start.shared) invite(start.shared);
    document.querySelector('nav a[href="#class"]').hidden = !start.shared;
    const asked = show();
    digitView(start);
    poemView(start);
    gatesView(start);
    learnView();
    if (start.shared) classView();
    root.dataset.ready = "";
    addEventListener("hashchange", () => {
      const asked = show();
      document.dispatchEvent(new Event("viewed"));
      if (asked.view === "poem") followAddress(asked);
    });
    if (asked.view === "poem") await followAddress(asked);
  } catch (error) { complain(error); }
}

open();
