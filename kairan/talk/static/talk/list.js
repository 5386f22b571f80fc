// SPDX-License-Identifier: Apache-2.0
// The list of rooms.

import { shortly } from "./clock.js";
import { face } from "./message.js";
import { bdi, fixed, icon, make, nameOf, say } from "./page.js";

function second(room) {
  if (room.draft) {
    return [make("span", { class: "talk-item__draft" }, icon("draft"), say("draft")), " ", bdi(room.draft)];
  }
  if (!room.last) return [say("nothingYet")];
  return room.last.name && room.kind !== "direct" ? [bdi(room.last.name), "：", bdi(room.last.text)] : [bdi(room.last.text)];
}

function count(room) {
  if (!room.unread) return "";
  const mentioned = room.mentioned ? [make("span", { class: "talk-item__at" }, "@", make("span", { class: "visually-hidden" }, say("mentioned")))] : [];
  const number = make("span", { class: "count count--new" }, String(room.unread), make("span", { class: "visually-hidden" }, say("unreadUnit")));
  return make("span", { class: "talk-item__count" }, ...mentioned, number);
}

function item(room, open) {
  const name = make("span", { class: "talk-item__name" }, bdi(room.person ? nameOf(room, { name: room.person }) : room.name));
  const muted = room.muted ? [make("span", { class: "talk-muted" }, icon("mute"), make("span", { class: "visually-hidden" }, say("muted")))] : [];
  const time = make("time", { class: "talk-item__time", datetime: room.last?.at ?? "" }, shortly(room.last?.at));
  const top = make("span", { class: "talk-item__top" }, name, ...muted, room.last ? time : "");
  const below = make("span", { class: "talk-item__below" }, make("span", { class: "talk-item__last" }, ...second(room)), count(room));
  const address = fixed.urls.room.replace("/0/", `/${room.id}/`);
  const link = make("a", { class: "talk-item", href: address, "data-room": room.id, onclick: (event) => open(event, room.id) });
  link.append(face(room.name, room.id, room.picture), make("span", { class: "talk-item__words" }, top, below));
  return make("li", { class: room.unread ? "is-unread" : "" }, link);
}

export class ListView {
  constructor(element, talk) {
    this.element = element;
    this.talk = talk;
    this.list = element.querySelector("[data-rooms]");
    talk.store.on("rooms", () => this.drawSoon());
    element.querySelector("[data-begin]")?.addEventListener("click", (event) => this.begin(event));
  }

  /** Many notices of one moment are one drawing. */
  drawSoon() {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw() {
    const rooms = this.talk.store.inOrder();
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    const open = (event, id) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.talk.go(id);
    };
    this.list.replaceChildren(...rooms.map((room) => item(room, open)));
    this.element.querySelector("[data-empty]").hidden = rooms.length > 0;
    this.mark(this.talk.room);
    if (focused) this.list.querySelector(`[data-room="${focused}"]`)?.focus();
  }

  mark(id) {
    for (const link of this.list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    if (id) this.list.querySelector(`[data-room="${id}"]`)?.setAttribute("aria-current", "page");
  }

  /** Where one was in the list, after one comes back to it. */
  focus(id) {
    this.list.querySelector(`[data-room="${id}"]`)?.focus();
  }

  async begin(event) {
    event.preventDefault();
    const { begin } = await import("./begin.js");
    begin(this.talk);
  }
}
