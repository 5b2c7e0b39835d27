// A view that asks again and again what is new, while it is looked at.

import { ask, complain, news } from "/ask.js";

/**
 * Asks the path that `path()` gives, every so many milliseconds, and hands what is new to `show`.
 * Returns what sends something there, and then asks at once what came of it.
 */
export function follow(view, every, path, show) {
  let timer = null;

  async function refresh() {
    clearTimeout(timer);
    if (document.hidden || view.hidden) return;
    try {
      const told = await news(path());
      if (told) await show(told);
    } catch (error) { complain(error); }
    clearTimeout(timer);
    timer = setTimeout(refresh, every);
  }

  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("viewed", refresh);
  refresh();
  return async (path, body) => {
    try {
      await ask(path, body);
    } catch (error) { complain(error); }
    await refresh();
  };
}
