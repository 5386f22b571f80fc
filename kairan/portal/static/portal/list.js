// SPDX-License-Identifier: Apache-2.0
// What this browser has begun, what waits for a line, and what was sent, on the list's page.

import { showToast } from "../design/js/toast.js";
import { make } from "../design/js/words.js";
import { drafts, queue } from "./keeping.js";
import { keepFlushing } from "./sending.js";
import { startWorker } from "./offline.js";
import { portalWords as words } from "./words.js";

const REMEMBERED_MS = 30 * 24 * 3600e3;
const place = document.querySelector("[data-own-reports]");

async function draw() {
  const waiting = await queue.all();
  const begun = (await drafts.all()).filter(({ answers }) => Object.keys(answers ?? {}).length);
  const recent = waiting.filter(({ sentAt }) => !sentAt || Date.now() - sentAt < REMEMBERED_MS);
  for (const old of waiting.filter((one) => !recent.includes(one))) queue.remove(old.run);
  const cards = [
    ...recent.filter(({ sent }) => !sent).map((one) => card(one.title, words("willSend"), [remove(queue, one.run)])),
    ...begun.map((one) => card(one.title, words(one.problems || one.refused !== undefined ? "toMend" : "begun"), [link(`/report/${one.key}/`, words("goOn"), true), remove(drafts, one.key)])),
    ...recent.filter(({ sent }) => sent).map((one) => card(one.title, words("wasSent", { number: one.sent.number }), [link(one.sent.url, words("follow")), remove(queue, one.run, "forget")])),
  ];
  place.replaceChildren(...(cards.length ? [make("h2", { id: "own" }, words("own")), ...cards] : []));
  place.hidden = !cards.length;
}

function card(title, state, buttons) {
  return make("div", { class: "card" }, make("h3", {}, title), make("p", {}, state), make("div", { class: "cluster" }, ...buttons));
}

function link(href, text, primary = false) {
  return make("a", { class: primary ? "button button--primary" : "button", href }, text);
}

function remove(shelf, key, name = "remove") {
  const button = make("button", { type: "button", class: "button" }, words(name));
  button.addEventListener("click", async () => {
    const kept = await shelf.get(key);
    await shelf.remove(key);
    await draw();
    showToast({ text: words("removed"), undo: async () => (await shelf.put(kept)) && draw() });
  });
  return button;
}

startWorker();
draw();
keepFlushing(draw);
