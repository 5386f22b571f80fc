// SPDX-License-Identifier: Apache-2.0
// The bar above the talk: no line, signed out, something that could not be done.

import { fixed, icon, make, say } from "./page.js";
import { showToast } from "../design/js/toast.js";

const PATIENCE_MS = 3_000; // a short gap is nobody's concern

export class Notes {
  constructor(talk) {
    this.bar = document.querySelector("[data-talk-bar]");
    this.talk = talk;
    this.isOffline = false;
    this.isSignedOut = false;
    talk.sync.addEventListener("line", ({ detail }) => this.line(detail));
    talk.sync.addEventListener("trouble", ({ detail }) => showToast({ text: detail.message }));
    talk.stream.addEventListener("lost", () => this.lostSoon());
    talk.stream.addEventListener("open", () => this.line(true));
    window.addEventListener("offline", () => this.line(false));
  }

  lostSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.line(false), PATIENCE_MS);
  }

  line(there) {
    clearTimeout(this.timer);
    this.isOffline = !there;
    this.hold(!there);
    if (!this.isSignedOut) this.show(there ? null : [icon("warning"), make("span", {}, say("offlineBar"))]);
  }

  /** Whether what was written waits. */
  hold(waits) {
    const { outbox } = this.talk;
    if (outbox.offline === waits) return;
    outbox.offline = waits;
    outbox.changed();
  }

  signedOut() {
    this.isSignedOut = true;
    this.hold(true);
    this.talk.sync.forgetRead();
    this.talk.stream.stop();
    const address = `${fixed.urls.signIn}?next=${encodeURIComponent(location.pathname)}`;
    this.show([icon("sign-in"), make("span", {}, say("signedOut")), make("a", { class: "button button--small", href: address }, say("signIn"))]);
  }

  show(parts) {
    this.bar.hidden = !parts;
    this.bar.replaceChildren(...(parts ?? []));
  }

  say(name, values) {
    showToast({ text: say(name, values) });
  }
}
