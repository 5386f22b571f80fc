// SPDX-License-Identifier: Apache-2.0
// Who has read a message, and who has not: names and times, and telling those again.

import { ask, tell } from "./api.js";
import { dayAndTime } from "./clock.js";
import { bdi, button, icon, make, say } from "./page.js";
import { sheet } from "./sheet.js";
import { showToast } from "../design/js/toast.js";

const word = (given) => (typeof given === "object" ? (given?.name ?? "") : (given ?? ""));

function line(one) {
  const person = word(one.person);
  const name = make("span", {}, bdi(word(one.position)), person ? make("span", { class: "talk-behind" }, "（", bdi(person), "）") : "");
  const item = make("li", {}, name);
  if (one.at) item.append(make("time", { class: "talk-readers__at", datetime: one.at }, dayAndTime(one.at)));
  if (one.phone) item.append(make("a", { href: `tel:${one.phone}`, class: "talk-readers__phone" }, icon("phone"), one.phone));
  return item;
}

function part(title, iconName, rows, nobody) {
  const heading = make("h3", { class: "talk-readers__title" }, icon(iconName), title, make("span", { class: "count" }, say("people", { n: rows.length })));
  const list = rows.length ? make("ul", { class: "talk-readers" }, ...rows.map(line)) : make("p", { class: "quiet" }, nobody);
  return make("section", {}, heading, list);
}

function renotify(actions, message, dialog) {
  const act = async (event) => {
    event.currentTarget.disabled = true;
    const done = await actions.tried(() => tell(`messages/${message.id}/renotify`));
    dialog.close();
    if (done) showToast({ text: say("renotified", { n: done.told ?? done.count ?? message.recipients - message.read }) });
  };
  return button(say("renotify"), "bell", act, "button--primary button--large button--wide");
}

export async function showReaders(actions, message) {
  const waiting = make("p", { role: "status" }, say("loading"));
  const dialog = sheet(say("readers"), waiting);
  let found;
  try {
    found = await ask(`messages/${message.id}/readers/`);
  } catch (trouble) {
    if (!trouble.kind) throw trouble;
    waiting.textContent = trouble.message;
    return;
  }
  const { read = [], unread = [], confirmed = [], may_renotify: mayRenotify = false } = found;
  const parts = [];
  if (unread.length && mayRenotify) parts.push(renotify(actions, message, dialog));
  parts.push(part(say("unreadTitle"), "hourglass", unread, say("nobodyUnread")));
  if (message.must_confirm) parts.push(part(say("confirmedTitle"), "done", confirmed, say("nobodyConfirmed")));
  parts.push(part(say("readTitle"), "check", read, say("nobodyRead")));
  waiting.replaceWith(...parts);
}
