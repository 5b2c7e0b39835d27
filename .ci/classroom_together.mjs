// The checks of a shared room: a teacher and a phone, two browser contexts. The phone comes through
// a proxy that asks from another address of this machine, so that the server takes it for one.

import { createServer, request as forward } from "node:http";
import assert from "node:assert/strict";

/** The proxy; where it listens. */
export async function phoneLine() {
  const proxy = createServer((request, reply) => {
    const { hostname, port, pathname, search } = new URL(request.url);
    const onward = forward({
      host: hostname, port, path: pathname + search, method: request.method, headers: request.headers, localAddress: "127.0.0.2",
    }, (answer) => {
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
    });
    onward.on("error", () => reply.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}

/** A context whose requests come from a phone. */
export function phoneContext(browser, proxy) {
  return browser.createBrowserContext({ proxyServer: `http://127.0.0.1:${proxy.address().port}`, proxyBypassList: ["<-loopback>"] });
}

/** The checks, and the room that they leave; the tools are those of classroom.mjs. */
export function together({ browser, open, tab, ready, text, writePoem, drawSeven }) {
  const room = {};
  const checks = {
    async "a phone puts a poem and a digit on the wall, and the teacher takes one off"() {
      Object.assign(room, await open("--host"));
      const line = await phoneLine();
      const context = await phoneContext(browser, line);
      const phone = await tab(context, 390, 844);
      // A context of its own is a window of its own: what is behind another tab asks for nothing.
      const teacher = await tab(await browser.createBrowserContext());
      Object.assign(room, { line, context, phone, teacher });
      await teacher.goto(room.link);
      await ready(teacher);
      await teacher.goto(`${room.origin}/#class`);
      await teacher.waitForSelector("[data-teacher]:not([hidden])");
      await phone.goto(room.link);
      await ready(phone);
      const poem = await writePoem(phone, "7", room.origin);
      const address = phone.url();
      await phone.type("#view-poem [data-wall-name]", "<b>x</b>");
      await phone.click("#view-poem [data-wall]");
      await teacher.waitForSelector("#wall a.poem");
      assert.equal((await text(teacher, "#wall a.poem")).replace(/\s/gu, ""), poem);
      assert.equal(await text(teacher, "#wall footer"), "<b>x</b>");
      assert.equal(await teacher.$("#wall footer b"), null);
      assert.equal(await teacher.$eval("#wall a.poem", (link) => link.href), address);
      await phone.goto(`${room.origin}/#digit`);
      await drawSeven(phone);
      await phone.click("#view-digit [data-wall]");
      await teacher.waitForSelector("#wall li:first-child canvas");
      assert.match(await text(teacher, "#wall li:first-child p"), /7/);
      assert.equal(await phone.$eval("#wall", (wall) => wall.querySelectorAll("button").length), 0);
      await teacher.click("#wall li:first-child button");
      await teacher.waitForFunction(() => document.querySelectorAll("#wall li").length === 1);
    },

    async "a question is put, answered and closed"() {
      const { teacher, phone } = room;
      await phone.goto(`${room.origin}/#class`);
      await phone.waitForSelector("#wall li");
      assert.equal(await phone.$("[data-teacher]:not([hidden])"), null);
      await teacher.select("#questions", "l4-half");
      await teacher.click("#put-question");
      await phone.waitForSelector("#ballot [data-answer]");
      assert.equal(await phone.$("#ballot .count"), null);
      await phone.click('#ballot [data-answer="1"]');
      await phone.waitForSelector('#ballot [data-answer="1"][aria-pressed="true"]');
      await phone.click('#ballot [data-answer="2"]');
      await teacher.waitForSelector('#ballot li:nth-child(3) [data-count="1"]');
      assert.equal(await teacher.$eval("#ballot li:nth-child(2) .count", (bar) => bar.dataset.count), "0");
      assert.equal(await teacher.$("#ballot .because"), null);
      await teacher.click("#close-question");
      await phone.waitForSelector("#ballot .answer.right");
      await phone.waitForSelector('#ballot [data-count="1"]');
      // Put again: the bars of before stay beside the new ones.
      await teacher.click("#put-question");
      await teacher.waitForSelector('#ballot li:nth-child(3) .count:last-of-type[data-count="1"] .before');
    },

    async "the teacher keeps the wall and the votes as a page without markup from anybody"() {
      const saved = await room.teacher.evaluate(() => new Promise((resolve) => {
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          blob.text().then(resolve);
          URL.createObjectURL = make;
          return make.call(URL, blob);
        };
        document.getElementById("save-class").click();
      }));
      assert.ok(saved.startsWith("<!doctype html>") && saved.includes("&lt;b&gt;x&lt;/b&gt;") && !saved.includes("<b>x"));
      assert.ok(saved.includes("row 14") && saved.includes("月") && !saved.includes("<script"));
    },
  };
  return { room, checks };
}

/** Hangs up a few more cards and votes, so that there is something to photograph. */
export async function fillRoom({ phone }) {
  await phone.evaluate(async () => {
    const send = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const pixels = async (digit, seed) => (await (await send("/digit", { from: { drawn: [digit, seed] } })).json()).pixels;
    const poem = (asked, forks = []) => ({ poem: { asked: { temperature: 0.9, ...asked }, forks } });
    await send("/class/wall", { name: "小明", what: poem({ begin: "春风", seed: 3, form: "五绝", rhyme: "", tones: true }) });
    await send("/class/wall", { name: "Ada", what: { digit: await pixels(4, 3) } });
    await send("/class/wall", { name: "", what: poem({ begin: "月", seed: 5 }, [{ at: 4, character: "山" }]) });
    await send("/class/wall", { name: "李华", what: { digit: await pixels(8, 12) } });
    await send("/class/wall", { name: "Grace", what: poem({ begin: "", seed: 11, tune: "浣溪沙" }) });
  });
  await phone.click('#ballot [data-answer="2"]');
}
