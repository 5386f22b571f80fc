// SPDX-License-Identifier: Apache-2.0
// The list of rooms.

import { shortly } from "./clock.js";
import { face } from "./message.js";
import { bdi, fixed, icon, make, nameOf, say } from "./page.js";

const RELEASE_MS = 50; // the click comes after the finger has gone

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

function content(room) {
  const name = make("span", { class: "talk-item__name" }, bdi(room.person ? nameOf(room, { name: room.person }) : room.name));
  const muted = room.muted ? [make("span", { class: "talk-muted" }, icon("mute"), make("span", { class: "visually-hidden" }, say("muted")))] : [];
  const time = make("time", { class: "talk-item__time", datetime: room.last?.at ?? "" }, shortly(room.last?.at));
  const top = make("span", { class: "talk-item__top" }, name, ...muted, room.last ? time : "");
  const below = make("span", { class: "talk-item__below" }, make("span", { class: "talk-item__last" }, ...second(room)), count(room));
  return [face(room.name, room.id, room.picture), make("span", { class: "talk-item__words" }, top, below)];
}

export class ListView {
  constructor(element, talk) {
    this.element = element;
    this.talk = talk;
    this.list = element.querySelector("[data-rooms]");
    this.items = new Map(); // id → its line, which stays the same element
    talk.store.on("rooms", () => this.drawSoon());
    element.querySelector("[data-begin]")?.addEventListener("click", (event) => this.begin(event));
    // Nothing moves under a finger that is down: the wrong room would open, or none.
    this.list.addEventListener("pointerdown", () => (this.pressed = true));
    for (const name of ["pointerup", "pointercancel"]) {
      window.addEventListener(name, () => setTimeout(() => this.released(), RELEASE_MS));
    }
  }

  released() {
    this.pressed = false;
    if (this.postponed) this.draw();
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
    this.postponed = this.pressed;
    if (this.pressed) return;
    const rooms = this.talk.store.inOrder();
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    const items = rooms.map((room) => this.item(room));
    for (const [id, item] of this.items) if (!items.includes(item)) this.drop(id, item);
    items.forEach((item, at) => this.list.children[at] === item || this.list.insertBefore(item, this.list.children[at] ?? null));
    this.element.querySelector("[data-empty]").hidden = rooms.length > 0;
    this.mark(this.talk.room);
    if (focused && document.activeElement.dataset.room !== focused) this.focus(focused);
  }

  item(room) {
    const item = this.items.get(room.id) ?? this.newItem(room.id);
    const look = JSON.stringify([room, shortly(room.last?.at)]);
    if (item.look === look) return item;
    item.look = look;
    item.classList.toggle("is-unread", room.unread > 0);
    item.firstElementChild.replaceChildren(...content(room));
    return item;
  }

  newItem(id) {
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.talk.go(id);
    };
    const href = fixed.urls.room.replace("/0/", `/${id}/`);
    const item = make("li", {}, make("a", { class: "talk-item", href, "data-room": id, onclick: open }));
    this.items.set(id, item);
    return item;
  }

  drop(id, item) {
    item.remove();
    this.items.delete(id);
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
