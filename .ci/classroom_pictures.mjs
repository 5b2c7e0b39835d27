// The photographs that `node .ci/classroom.mjs PROGRAM FOLDER` takes.

import { mkdirSync } from "node:fs";

/** Every view on three screens, in both languages, light and dark. */
export async function photograph(folder, { browser, origin, room, VIEWS, tab, ready, visit, drawn, drawSeven }) {
  mkdirSync(folder, { recursive: true });
  const done = await tab(browser.defaultBrowserContext());
  for (const [where, link] of [[origin, origin], [room.origin, room.link]]) {
    await done.goto(link);
    await done.goto(`${where}/#learn`);
    await done.waitForFunction(() => /All \d+ epochs are done/.test(document.getElementById("learn-state").innerText), { timeout: 300000 });
  }
  await done.close();
  const screens = { phone: [390, 844], laptop: [1280, 800], projector: [1920, 1080] };
  for (const [name, [width, height]] of Object.entries(screens)) {
    const page = await tab(name === "phone" ? room.context : browser.defaultBrowserContext(), width, height);
    for (const lang of ["en", "zh"]) for (const theme of ["light", "dark"]) for (const view of VIEWS) {
      await visit(page, view);
      await page.reload();
      await ready(page);
      await page.evaluate((lang, theme, projector) => {
        if (document.documentElement.lang !== lang) document.getElementById("lang").click();
        if (projector) document.getElementById("projector").click();
        document.documentElement.dataset.theme = theme;
        document.dispatchEvent(new Event("recolour"));
      }, lang, theme, name === "projector");
      if (view === "digit") await drawSeven(page);
      await drawn(page, view);
      if (view === "poem") {
        await page.waitForSelector("#poem-tools:not([hidden])");
        await page.click('#poem button[data-at="2"]');
      }
      // Two frames, so that what has just come is painted, too.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const file = `${folder}/${view.replace(" ", "-")}-${name}-${lang}-${theme}`;
      await page.screenshot({ path: `${file}.png`, fullPage: true });
      // For the READMEs: what a laptop shows at once, as small as it can be read.
      if (name === "laptop") await page.screenshot({ path: `${file}.webp`, quality: 60 });
    }
    await page.close();
  }
}
