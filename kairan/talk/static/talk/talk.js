// SPDX-License-Identifier: Apache-2.0
// The talk page: rooms on the left, one room beside or over it. One page for all rooms; the address
// says which is open.

import { Outbox } from "./outbox.js";
import { block, fixed, make, say } from "./page.js";
import { openFor } from "./keep.js";
import { ListView } from "./list.js";
import { Notes } from "./notes.js";
import { RoomView } from "./room.js";
import { Store, summary } from "./store.js";
import { Stream } from "./stream.js";
import { Sync } from "./sync.js";

const ADDRESS = /\/talk\/(\d+)\/$/;

class Talk {
  constructor(element, given) {
    this.element = element;
    this.given = given;
    this.store = new Store((message) => summary(message, say, fixed.stamps));
    this.outbox = new Outbox();
    this.sync = new Sync(this.store, this.outbox);
    this.stream = new Stream(given?.stream ?? null);
    this.notes = new Notes(this);
    this.list = new ListView(element.querySelector("[data-talk-list]"), this);
    this.view = new RoomView(element.querySelector("[data-talk-room]"), this);
    this.wire();
    fitAboveKeyboard(this.view);
  }

  wire() {
    const { store, outbox, sync, stream } = this;
    store.on("rooms", () => this.showCounts());
    store.on("closed", ({ id }) => id === this.room && this.view.showLeft());
    outbox.addEventListener("signed-out", () => this.notes.signedOut());
    sync.addEventListener("signed-out", () => this.notes.signedOut());
    stream.addEventListener("signed-out", () => this.notes.signedOut());
    stream.addEventListener("notice", ({ detail }) => sync.onNotice(detail));
    stream.addEventListener("reload", () => sync.everything());
    stream.addEventListener("open", () => {
      sync.everything();
      outbox.flush();
      this.view.again();
    });
    window.addEventListener("popstate", () => this.show(roomOf(location.pathname)));
    document.addEventListener("kairan:go", (event) => this.follow(event));
    document.addEventListener("kairan:pushed", () => document.body.dataset.streamState === "open" || sync.everything());
  }

  async start() {
    const { sync, outbox, given } = this;
    const who = openFor(given && { town: given.town, person: given.me.person.id });
    await outbox.load();
    const id = roomOf(location.pathname);
    const isFresh = given && !(await sync.keptSince(given.made));
    if (isFresh) this.take(given, id);
    else if (who) await sync.keptRooms();
    this.show(id, numberIn(location));
    if (!isFresh) await sync.loadRooms();
    this.stream.start();
    outbox.flush();
    document.body.dataset.talkReady = ""; // tests wait for it
  }

  take(given, id) {
    const { room, ...rooms } = given;
    this.sync.takeRooms({ rooms: rooms.rooms, me: rooms.me, unread: rooms.unread }, given.made);
    if (room?.room.id === id && !numberIn(location)) this.sync.takePage(id, room);
  }

  /** Goes to a room (null: to the list), with an address to come back to. */
  go(id, at = null) {
    const address = id ? fixed.urls.room.replace("/0/", `/${id}/`) : fixed.urls.home;
    const from = this.room;
    if (location.pathname !== address) history.pushState(null, "", address);
    const shown = this.show(id, at);
    if (id) shown.then(() => this.view.part("log").focus({ preventScroll: true }));
    else this.list.focus(from);
    return shown;
  }

  /** A tapped push leads here; without a new page where the address is a room's. */
  follow(event) {
    const address = new URL(event.detail.address, location.origin);
    const id = roomOf(address.pathname);
    if (!id) return;
    event.preventDefault();
    this.go(id, numberIn(address));
  }

  async show(id, at = null) {
    this.room = id;
    document.documentElement.dataset.talkView = id ? "room" : "list";
    this.list.mark(id);
    this.showCounts();
    if (id) await this.view.open(id, at);
    else this.view.leave();
  }

  showCounts() {
    const { unread } = this.store;
    const name = (this.room && this.store.rooms.get(this.room)?.name) || say("talk");
    document.title = `${unread ? `(${unread}) ` : ""}${name} | ${fixed.town}`;
    for (const badge of document.querySelectorAll("[data-unread-total]")) {
      badge.hidden = !unread;
      badge.replaceChildren(String(unread), make("span", { class: "visually-hidden" }, say("unreadUnit")));
    }
    if (unread) navigator.setAppBadge?.(unread).catch(() => {});
    else navigator.clearAppBadge?.().catch(() => {});
  }
}

function roomOf(path) {
  const found = path.match(ADDRESS);
  return found ? Number(found[1]) : null;
}

/** A deep link: ?message=12 or #m12. */
function numberIn({ search, hash }) {
  const number = Number(new URLSearchParams(search).get("message") ?? hash.match(/^#m-?(\d+)$/)?.[1]);
  return Number.isInteger(number) && number > 0 ? number : null;
}

/** A phone's keyboard lies over the page: the place to write stays above it. Not while one zooms. */
function fitAboveKeyboard(view) {
  const { visualViewport: seen } = window;
  seen?.addEventListener("resize", () => {
    if (seen.scale > 1.01) return;
    const covered = window.innerHeight - seen.height > 1;
    const { style } = document.documentElement;
    if (covered) style.setProperty("--talk-height", `${seen.height}px`);
    else style.removeProperty("--talk-height");
    if (covered) window.scrollTo(0, 0);
    if (view.log.stuck) view.log.toEnd();
  });
}

const element = document.querySelector("[data-talk]");
if (element) new Talk(element, block("talk-data")).start();
