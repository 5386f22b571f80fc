// SPDX-License-Identifier: Apache-2.0
// One room: its head, its messages, and the place to write.

import { Actions } from "./actions.js";
import { Compose } from "./compose.js";
import { Log } from "./log.js";
import { face } from "./message.js";
import { bdi, button, fixed, icon, make, nameOf, say } from "./page.js";
import { summary } from "./store.js";
import { Side } from "./side.js";

const SPOKEN_MS = 5_000;
const EARLY_PX = 300; // older messages are asked for before one gets there

export class RoomView {
  constructor(element, talk) {
    this.element = element;
    this.talk = talk;
    this.store = talk.store;
    this.outbox = talk.outbox;
    this.sync = talk.sync;
    this.id = null;
    this.below = 0;
    this.part = (name) => element.querySelector(`[data-${name}]`);
    this.actions = new Actions(this);
    this.log = new Log(this.part("log"), this.actions);
    this.compose = new Compose(this.part("compose"), this);
    this.side = new Side(document.querySelector("[data-talk-side]"), this);
    this.wire();
  }

  wire() {
    this.log.seen = () => this.onScroll();
    this.part("older").addEventListener("click", () => this.sync.older(this.id));
    this.part("newer").addEventListener("click", () => this.sync.newer(this.id));
    this.part("jump").addEventListener("click", () => this.toNewest());
    this.part("room-menu").addEventListener("click", () => this.side.showMenu());
    this.part("back").addEventListener("click", (event) => {
      event.preventDefault();
      this.talk.go(null);
    });
    this.store.on("room", ({ id, how, message }) => id === this.id && this.onRoom(how, message));
    this.store.on("news", ({ id }) => id === this.id && this.showJump());
    this.store.on("rooms", () => {
      if (!this.id) return;
      this.showHead();
      this.compose.follow();
    });
    this.store.on("heard", ({ message }) => this.announce(message));
    this.outbox.addEventListener("changed", () => this.id && this.draw());
    this.outbox.addEventListener("stored", ({ detail }) => this.onStored(detail));
    document.addEventListener("visibilitychange", () => this.onScroll());
    import("../design/js/photo.js").then((photo) => photo.attach());
  }

  get state() {
    return this.store.open.get(this.id) ?? null;
  }

  async open(id, at = null) {
    if (this.id !== id) this.leave();
    this.id = id;
    this.below = 0;
    this.waitsForLine = false;
    this.show("waiting");
    this.showHead();
    const known = this.state;
    if (known && !at) this.markNew(known);
    const state = known && !at ? known : await this.sync.openRoom(id, at);
    if (this.id !== id) return;
    if (!state) return this.showTrouble();
    this.appear(at);
  }

  /** First with what the device has kept, then with what the server says. */
  appear(at = null) {
    const isFirst = this.element.dataset.shows !== "open";
    const { state } = this;
    this.show("open");
    this.draw();
    if (isFirst) this.compose.enter(this.id);
    if (isFirst || at || state.firstUnread) this.log.place(state, at);
    this.onScroll();
    this.side.draw();
  }

  /** What came while the room was not on the screen stands below the unread line. */
  markNew(state) {
    if (!state.leftAt) return;
    const first = [...state.messages.values()].find(
      (message) => message.number > state.leftAt && message.position && !this.store.isOurs(message),
    );
    state.firstUnread = first?.number ?? null;
  }

  leave() {
    if (!this.id) return this.show("none");
    this.compose.leave();
    if (this.state) this.state.leftAt = this.state.last;
    this.id = null;
    this.log.messages.replaceChildren();
    this.log.waiting.replaceChildren();
    this.show("none");
    this.side.draw();
  }

  /** none, waiting, open, left */
  show(what) {
    this.element.dataset.shows = what;
    this.part("choose").hidden = what !== "none";
    this.part("message").hidden = what !== "left";
    for (const part of ["head", "log", "foot"]) this.part(part).hidden = what === "none";
    if (what === "left" || what === "waiting") this.part("foot").hidden = true;
  }

  showLeft() {
    this.explain("left", "leftTitle", "leftText");
  }

  showTrouble() {
    const offline = !navigator.onLine || this.talk.notes.isOffline;
    this.explain("left", offline ? "notKeptTitle" : "goneTitle", offline ? "notKeptText" : "goneText");
    this.waitsForLine = offline;
  }

  /** The line is back: what could not be shown may be there now. */
  again() {
    if (this.waitsForLine && this.id) this.open(this.id);
  }

  explain(what, title, text) {
    this.show(what);
    this.log.messages.replaceChildren();
    this.log.waiting.replaceChildren();
    this.part("pins").hidden = true;
    this.part("jump").hidden = true;
    this.part("older").hidden = this.part("newer").hidden = true;
    const back = button(say("backToList"), "back", () => this.talk.go(null), "button--primary button--large");
    const heading = make("p", { class: "empty__title" }, say(title));
    this.part("message").replaceChildren(icon("info"), heading, make("p", {}, say(text)), back);
  }

  showHead() {
    const room = this.store.rooms.get(this.id);
    if (!room) return;
    const count = room.kind === "direct" ? "" : say("people", { n: room.members });
    const muted = room.muted ? [make("span", { class: "talk-muted" }, icon("mute"), say("muted"))] : [];
    this.part("face").replaceChildren(face(room.name, room.id, room.picture));
    this.part("name").replaceChildren(bdi(room.person ? nameOf(room, { name: room.person }) : room.name));
    this.part("people").replaceChildren(count, ...muted);
  }

  onRoom(how, message) {
    if (this.element.dataset.shows === "waiting") return this.appear();
    const wasAtEnd = this.log.isAtEnd;
    this.draw();
    this.side.draw();
    this.compose.setRules();
    if (how === "anew") return null; // whoever asked for it says where to look
    if (how !== "new") return this.onScroll();
    const ours = this.store.isOurs(message);
    if (wasAtEnd || ours) this.log.toEnd();
    else this.below += 1;
    return this.onScroll();
  }

  draw() {
    const { state } = this;
    if (!state || this.element.dataset.shows !== "open") return;
    const wasAtEnd = this.log.isAtEnd;
    this.log.draw(state, this.outbox.of(this.id));
    this.part("older").hidden = !state.moreBefore;
    this.part("newer").hidden = !state.moreAfter;
    this.part("nothing").hidden = state.messages.size > 0 || this.outbox.of(this.id).length > 0;
    this.drawPins(state);
    if (wasAtEnd && !state.moreAfter) this.log.toEnd();
  }

  drawPins({ pins }) {
    const bar = this.part("pins");
    bar.hidden = !pins.length;
    if (!pins.length) return;
    const [first] = pins;
    const go = () => (pins.length > 1 ? this.side.showPins() : this.actions.goTo(first.number));
    const words = make("span", { class: "talk-pins__text" }, bdi(summary(first, say, fixed.stamps)));
    const more = pins.length > 1 ? [make("span", { class: "talk-pins__more" }, say("pinsMore", { n: pins.length }))] : [];
    const look = { type: "button", class: "talk-pins__button", onclick: go };
    bar.replaceChildren(make("button", look, icon("keep"), make("span", { class: "visually-hidden" }, say("pinned")), words, ...more));
  }

  onStored({ row }) {
    const { state } = this;
    this.draw();
    // The stream brings it at once; where it does not, we ask.
    setTimeout(() => this.outbox.rows.includes(row) && this.sync.catchUp(row.room), state ? 1_000 : 0);
  }

  onScroll() {
    const { state, id } = this;
    if (!state || this.element.dataset.shows !== "open") return;
    if (this.log.isAtEnd) this.below = 0;
    this.log.stuck = this.log.isAtEnd;
    this.showJump();
    if (this.log.scroller.scrollTop < EARLY_PX && state.moreBefore) this.sync.older(id);
    if (document.hidden) return;
    const seen = this.log.lastSeen();
    // What one says from one seat is unread for another one's own until it is seen.
    const owed = this.store.rooms.get(id)?.unread || this.actions.speaksForSeveral;
    if (seen && owed) this.sync.markRead(id, seen);
  }

  showJump() {
    const { state } = this;
    const count = this.below + (state?.news ?? 0);
    const jump = this.part("jump");
    jump.hidden = !state || (this.log.isAtEnd && !state.moreAfter);
    const words = count ? say("newBelow", { n: count }) : say("toNewest");
    if (jump.textContent !== words) jump.replaceChildren(icon("down"), make("span", {}, words));
  }

  async toNewest() {
    if (this.state?.moreAfter) await this.sync.newest(this.id);
    this.log.toEnd();
    this.part("log").focus({ preventScroll: true });
    this.onScroll();
  }

  announce(message) {
    const words = summary(message, say, fixed.stamps);
    const room = this.store.rooms.get(message.room);
    const text = message.room === this.id
      ? say("heardHere", { name: nameOf(message.position, message.person), text: words })
      : say("heardElsewhere", { room: room?.name ?? "", name: message.position?.name ?? "" });
    const place = document.querySelector("[data-talk-announce]");
    place.textContent = text;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => (place.textContent = ""), SPOKEN_MS); // it may be recalled
  }
}
