// SPDX-License-Identifier: Apache-2.0
// Messages of ours that are on their way: 送信中, 送信待ち, or refused. They have no time yet.

import { button, icon, make, say } from "./page.js";
import { stampImage } from "./message.js";

const urls = new WeakMap(); // blob → address of its picture

function picture(file) {
  if (!urls.has(file.blob)) urls.set(file.blob, URL.createObjectURL(file.blob));
  return make("img", { src: urls.get(file.blob), alt: say("photo") });
}

function content({ content: said, files }) {
  const photos = files.filter((file) => file.photo);
  const parts = [];
  if (said.kind === "stamp") return [stampImage(said.stamp)];
  if (photos.length) {
    const items = photos.map((file) => make("li", {}, picture(file)));
    parts.push(make("ul", { class: `talk-photos talk-photos--${Math.min(photos.length, 3)}` }, ...items));
  }
  for (const file of files.filter((one) => !one.photo)) {
    parts.push(make("p", { class: "talk-file" }, icon("file"), file.name));
  }
  if (said.kind === "place") parts.push(make("p", { class: "talk-place" }, icon("pin"), say("summaryPlace")));
  if (said.text) parts.push(make("p", { class: "talk-text", dir: "auto" }, said.text));
  return parts;
}

function state(row, outbox) {
  const drop = button(say("cancelSending"), "close", () => outbox.cancel(row.client_id), "button--small");
  if (row.state === "sent") return [make("p", { class: "talk-state" }, icon("check"), say("sent"))];
  if (row.state === "refused") {
    const again = button(say("sendAgain"), "reload", () => outbox.again(row.client_id), "button--small");
    return [make("p", { class: "talk-state talk-state--refused" }, icon("error"), row.reason), again, drop];
  }
  if (outbox.sending.has(row.client_id)) return [make("p", { class: "talk-state" }, icon("sending"), say("sending"))];
  if (!outbox.offline) return [make("p", { class: "talk-state" }, icon("sending"), say("sending"))];
  const again = button(say("sendNow"), "reload", () => outbox.flush(), "button--small");
  return [make("p", { class: "talk-state" }, icon("hourglass"), say("waitingForLine")), again, drop];
}

export function waitingElement(row, outbox) {
  const bare = row.content.kind === "stamp" ? " talk-bubble--bare" : "";
  const body = make("div", { class: "talk-message__body" },
    make("p", { class: "visually-hidden" }, say("you")),
    make("div", { class: `talk-bubble talk-bubble--waiting${bare}` }, ...content(row)),
    make("div", { class: "talk-meta" }, ...state(row, outbox)));
  return make("li", { class: "talk-message talk-message--ours talk-message--head", "data-on-way": row.state }, body);
}
