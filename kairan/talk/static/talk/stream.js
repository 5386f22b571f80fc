// SPDX-License-Identifier: Apache-2.0
// One EventSource. It comes back by itself with a growing wait and a fresh ticket; a hidden page lets
// its line go and asks for what it has missed when one returns to it.

import { here } from "./api.js";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const HIDDEN_MS = 60_000;
const OPENING_MS = 20_000;

export class Stream extends EventTarget {
  constructor(address) {
    super();
    this.address = address;
    this.retry = FIRST_RETRY_MS;
    window.addEventListener("online", () => this.start());
    window.addEventListener("offline", () => this.lost());
    window.addEventListener("pagehide", () => this.source?.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.start());
    document.addEventListener("visibilitychange", () => this.seen());
  }

  start() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    this.source?.close();
    if (!this.address) return void this.renew();
    const source = new EventSource(this.address);
    this.source = source;
    // Some proxies keep a request waiting for ever.
    this.timer = setTimeout(() => this.lost(), OPENING_MS);
    source.addEventListener("open", () => this.opened(source));
    source.addEventListener("notice", (event) => this.notice(JSON.parse(event.data)));
    source.addEventListener("reload", () => this.dispatchEvent(new Event("reload")));
    source.addEventListener("error", () => source === this.source && this.lost());
  }

  opened(source) {
    if (source !== this.source) return;
    clearTimeout(this.timer);
    this.retry = FIRST_RETRY_MS;
    document.body.dataset.streamState = "open";
    this.dispatchEvent(new Event("open"));
  }

  notice(detail) {
    this.dispatchEvent(new CustomEvent("notice", { detail }));
  }

  lost() {
    this.source?.close();
    this.address = null; // a ticket lives for a while only
    document.body.dataset.streamState = "lost";
    this.dispatchEvent(new Event("lost"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), this.retry * (1 + Math.random()));
    this.retry = Math.min(this.retry * 2, LAST_RETRY_MS);
  }

  async renew() {
    try {
      this.address = (await here()).stream;
      this.start();
    } catch (trouble) {
      if (trouble.kind === "signed_out") return this.dispatchEvent(new Event("signed-out"));
      this.lost();
    }
  }

  seen() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        clearTimeout(this.timer);
        this.source?.close();
        this.source = null;
      }, HIDDEN_MS);
    } else if (!this.source || this.source.readyState === EventSource.CLOSED) {
      this.start();
    }
  }

  stop() {
    clearTimeout(this.timer);
    this.source?.close();
  }
}
