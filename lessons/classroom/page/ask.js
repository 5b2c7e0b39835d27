// Asking the server that served this page, and nobody else.

import { said, say } from "/say.js";

const box = () => document.getElementById("error");

/** Shows what the server refused, or that it is gone, until something else is asked. */
export function complain(error) {
  box().replaceChildren(error.said ? said(error.said)
    : say("The classroom does not answer; is it still running?", "课堂没有回应；程序还在运行吗？"));
  box().hidden = !error;
}

/** Hides it: before the request, as one that was sent earlier may be answered later. */
function settle() {
  box().hidden = true;
}

class Refused extends Error {
  constructor(said) {
    super(said.en);
    this.said = said;
  }
}

async function request(path, body) {
  const reply = await fetch(path, body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Refused((await reply.json()).error);
  return reply;
}

/** The JSON at a path; with a body it is sent. */
export async function ask(path, body) {
  settle();
  return (await request(path, body)).json();
}

/** What is new at a path, or null; a complaint that is shown stays. */
export async function news(path) {
  const reply = await request(path);
  return reply.status === 204 ? null : reply.json();
}

/** The JSON at a path line by line, each handed to `take` as it comes; returns the last. */
export async function askLines(path, body, take) {
  settle();
  const reader = (await request(path, body)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", last = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      last = JSON.parse(line);
      if (last.error) throw new Refused(last.error);
      take(last);
    }
  }
  return last;
}

/** Calls `work` with the newest of what is handed in, one call at a time: for sliders. */
export function newest(work) {
  let waiting = null, busy = false;
  return async (value) => {
    waiting = { value };
    if (busy) return;
    busy = true;
    while (waiting) {
      const { value } = waiting;
      waiting = null;
      try { await work(value); } catch (error) { complain(error); }
    }
    busy = false;
  };
}
