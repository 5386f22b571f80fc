// SPDX-License-Identifier: Apache-2.0
// The messages of a room on the screen: day lines, the unread line, and where one is while older or
// newer ones come.

import { dayInWords, dayOf } from "./clock.js";
import { messageElement, renewMeta } from "./message.js";
import { icon, make, say } from "./page.js";
import { waitingElement } from "./waiting.js";

const NEAR_PX = 80;
const TOGETHER_MS = 10 * 60 * 1000;

/** Makes the children of `list` what is wanted: [{key, item, build, renew}]; keeps what is the same. */
function reconcile(list, wanted) {
  const had = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let at = list.firstElementChild;
  for (const { key, item, build, renew } of wanted) {
    let child = had.get(key);
    had.delete(key);
    if (!child || (child.item !== item && !renew?.(child, child.item))) {
      const fresh = build();
      if (child && child === at) at = child.nextElementSibling;
      child?.remove();
      child = fresh;
    }
    child.item = item;
    child.dataset.key = key;
    if (child === at) at = at.nextElementSibling;
    else list.insertBefore(child, at);
  }
  for (const child of had.values()) child.remove();
}

function isTogether(one, other) {
  return (
    one &&
    one.kind !== "event" &&
    one.position?.id === other.position?.id &&
    one.person?.id === other.person?.id &&
    new Date(other.sent_at) - new Date(one.sent_at) < TOGETHER_MS
  );
}

export class Log {
  constructor(element, context) {
    this.element = element;
    this.context = context;
    this.messages = element.querySelector("[data-messages]");
    this.waiting = element.querySelector("[data-waiting-list]");
    this.seen = () => {};
    element.addEventListener("scroll", () => this.seen(), { passive: true });
    window.addEventListener("scroll", () => this.seen(), { passive: true });
    window.addEventListener("resize", () => this.stuck && this.toEnd());
    // A photo of ours has its height only when it is there.
    element.addEventListener("load", () => this.stuck && this.toEnd(), true);
  }

  /** The page itself scrolls where there is too little height for a window within it. */
  get scroller() {
    return getComputedStyle(this.element).overflowY === "auto" ? this.element : document.scrollingElement;
  }

  get isAtEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Draws, and keeps what one is looking at where it is. */
  draw(state, rows) {
    const anchor = this.anchor();
    reconcile(this.messages, this.wanted(state));
    reconcile(this.waiting, rows.map((row) => ({
      key: row.client_id,
      item: `${row.state}${this.context.outbox.sending.has(row.client_id)}${this.context.outbox.offline}`,
      build: () => waitingElement(row, this.context.outbox),
    })));
    // By its id: what stands before it may have changed its look, and then it is another element.
    const stands = anchor && document.getElementById(anchor.id);
    if (stands) this.scroller.scrollTop += stands.getBoundingClientRect().bottom - anchor.bottom;
  }

  wanted(state) {
    const wanted = [];
    let before = null;
    for (const message of state.messages.values()) {
      const day = dayOf(message.sent_at);
      if (!before || day !== dayOf(before.sent_at)) {
        const words = dayInWords(message.sent_at);
        wanted.push({ key: `day-${day}`, item: words, build: () => dayLine(words) });
        before = null;
      }
      if (message.number === state.firstUnread) {
        wanted.push({ key: "unread", item: 1, build: unreadLine });
        before = null;
      }
      wanted.push(this.entry(message, !isTogether(before, message), state));
      before = message;
    }
    return wanted;
  }

  entry(message, isHead, state) {
    const confirmed = state.confirmed.has(message.id);
    return {
      key: `m${message.number}-${isHead}-${confirmed}`,
      item: message,
      build: () => messageElement(message, this.context, isHead),
      renew: (child, before) => renewMeta(child, before, message, this.context),
    };
  }

  anchor() {
    const top = this.element.getBoundingClientRect().top;
    for (const element of this.messages.children) {
      const box = element.getBoundingClientRect();
      if (box.bottom > top && element.id) return { id: element.id, bottom: box.bottom };
    }
    return null;
  }

  /** To a message, the unread line, or the end. */
  place(state, at = null) {
    const line = this.messages.querySelector('[data-key="unread"]');
    const message = at && this.find(at);
    if (message) {
      this.flash(message);
    } else if (line) this.bring(line, 8);
    else this.toEnd();
    this.seen();
  }

  /** The part of the screen in which messages are seen. */
  view() {
    const box = this.element.getBoundingClientRect();
    const top = Math.max(box.top, 0);
    return { top, height: Math.min(box.bottom, window.innerHeight) - top };
  }

  /** Scrolls nothing but the messages: an element to so many pixels below their upper edge. */
  bring(element, below) {
    this.scroller.scrollTop += element.getBoundingClientRect().top - this.view().top - below;
  }

  find(number) {
    return this.messages.querySelector(`#m${number}`);
  }

  flash(element) {
    element.classList.remove("is-found");
    element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
    this.bring(element, Math.max(8, (this.view().height - element.offsetHeight) / 2));
    requestAnimationFrame(() => element.classList.add("is-found"));
  }

  /** The number of the last message whose beginning can be seen. */
  lastSeen() {
    const bottom = Math.min(this.element.getBoundingClientRect().bottom, window.innerHeight);
    for (let child = this.messages.lastElementChild; child; child = child.previousElementSibling) {
      if (child.id && child.getBoundingClientRect().top < bottom - 8) return Number(child.id.slice(1));
    }
    return 0;
  }
}

function dayLine(words) {
  return make("li", { class: "talk-day" }, make("span", {}, words));
}

function unreadLine() {
  return make("li", { class: "talk-unread" }, make("span", {}, icon("down"), say("unreadFromHere")));
}
