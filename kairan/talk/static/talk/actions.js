// SPDX-License-Identifier: Apache-2.0
// What one can do with a message. Also what its element asks about the room around it.

import { tell } from "./api.js";
import { isWithin } from "./clock.js";
import { button, fixed, make, newId, say } from "./page.js";
import { showReaders } from "./readers.js";
import { choices, sheet } from "./sheet.js";
import { showToast } from "../design/js/toast.js";

const RECALL_MS = 24 * 3600 * 1000;
const PRESS_MS = 500;
const MOVED_PX = 10;

export class Actions {
  constructor(view) {
    this.view = view;
    this.store = view.store;
    this.outbox = view.outbox;
    this.listenForPress(view.part("log"));
  }

  state() {
    return this.view.state;
  }

  members() {
    return this.state()?.members ?? [];
  }

  /** Whether we may speak here from several seats: then each of our messages names its own. */
  get speaksForSeveral() {
    return (this.state()?.room?.speakers ?? []).length > 1;
  }

  /** say, act: what the rules of the room allow us. */
  may(what) {
    const room = this.state()?.room;
    return Boolean(room?.rules?.[what] ?? room?.may_write);
  }

  /** Runs a verb; what went wrong is said, and gives null. */
  async tried(verb) {
    try {
      return await verb();
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      if (trouble.kind === "signed_out") this.view.talk.notes.signedOut();
      showToast({ text: trouble.message });
      return null;
    }
  }

  listenForPress(log) {
    let timer = null;
    let start = null;
    const stop = () => clearTimeout(timer);
    log.addEventListener("pointerdown", (event) => {
      const element = event.target.closest(".talk-bubble")?.closest(".talk-message[id]");
      if (!element || event.pointerType === "mouse") return;
      start = event;
      timer = setTimeout(() => this.openMenuOf(element), PRESS_MS);
    });
    log.addEventListener("pointermove", (event) => {
      if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > MOVED_PX) stop();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) log.addEventListener(name, stop);
    log.addEventListener("contextmenu", (event) => {
      if (event.pointerType === "touch" && event.target.closest(".talk-bubble")) event.preventDefault();
    });
  }

  openMenuOf(element) {
    const message = this.state()?.messages.get(Number(element.id.slice(1)));
    if (message && !message.recalled) this.showMenu(message);
  }

  showMenu(message) {
    const dialog = sheet(say("menu"), (dialog) => [
      ...(this.may("act") ? [this.marks(message, dialog)] : []),
      choices(dialog, this.entries(message)),
    ]);
    dialog.classList.add("talk-sheet--menu");
  }

  marks(message, dialog) {
    const list = make("ul", { class: "talk-marks", "aria-label": say("reactions") });
    for (const [mark, word] of Object.entries(fixed.reactions)) {
      const mine = message.reactions.some((one) => one.mark === mark && one.positions.some(({ id }) => this.store.isMine(id)));
      const act = () => {
        dialog.close();
        this.react(message, mark, !mine);
      };
      list.append(make("li", {}, button(word, `mark-${mark}`, act, "talk-mark", { "aria-pressed": String(mine) })));
    }
    return list;
  }

  entries(message) {
    const ours = this.store.isOurs(message);
    const entries = [];
    if (this.may("say")) entries.push([say("reply"), "reply", () => this.view.compose.answer(message)]);
    if (message.text) entries.push([say("copy"), "copy", () => this.copy(message)]);
    entries.push([say("forward"), "forward", () => this.forward(message)]);
    if (this.may("say")) {
      entries.push([say(message.pinned ? "unpin" : "pin"), "keep", () => this.pin(message, !message.pinned)]);
    }
    if (message.recipients) entries.push([say("seeReaders"), "look", () => this.showReaders(message)]);
    if (ours && this.may("act") && isWithin(message.sent_at, RECALL_MS)) {
      entries.push([say("recall"), "undo", () => this.askRecall(message), "talk-choice--danger"]);
    }
    return entries;
  }

  async react(message, mark, on) {
    await this.tried(() => tell(`messages/${message.id}/react`, { mark, on }));
  }

  async confirm(message, pressed) {
    pressed.disabled = true;
    const done = await this.tried(() => tell(`messages/${message.id}/confirm`));
    pressed.disabled = false;
    const state = this.state();
    if (!done || !state) return;
    state.confirmed.add(message.id);
    this.view.draw();
    showToast({ text: say("confirmedToast") });
    this.view.part("log").focus({ preventScroll: true });
  }

  async copy(message) {
    try {
      await navigator.clipboard.writeText(message.text);
      showToast({ text: say("copied") });
    } catch {
      sheet(say("copy"), make("p", { class: "talk-text" }, message.text)); // to be marked by hand
    }
  }

  async pin(message, pinned) {
    const done = await this.tried(() => tell(`messages/${message.id}/pin`, { pinned }));
    const undo = () => this.pin(message, !pinned);
    if (done) showToast({ text: say(pinned ? "pinnedToast" : "unpinnedToast"), undo });
  }

  askRecall(message) {
    const recall = async (dialog) => {
      dialog.close();
      const done = await this.tried(() => tell(`messages/${message.id}/recall`));
      if (done) showToast({ text: say("recalledToast") });
    };
    sheet(say("recall"), make("p", {}, say("recallText")), (dialog) =>
      make("div", { class: "dialog__actions" }, button(say("recallNow"), "undo", () => recall(dialog), "button--danger button--large")));
  }

  forward(message) {
    const client = newId();
    const to = async (room) => {
      const done = await this.tried(() => tell(`messages/${message.id}/forward`, { room: room.id, client_id: client }));
      if (done) showToast({ text: say("forwardedToast", { name: room.name }) });
    };
    const rooms = this.store.inOrder().filter((room) => room.may_write && room.id !== message.room);
    const entries = rooms.map((room) => [room.name, "chat", () => to(room)]);
    const nothing = make("p", {}, say("nowhereToForward"));
    sheet(say("forwardTo"), (dialog) => (entries.length ? choices(dialog, entries) : nothing));
  }

  showReaders(message) {
    showReaders(this, message);
  }

  async showPlace(message) {
    const { showPlace } = await import("./place.js");
    showPlace(message);
  }

  goTo(number) {
    const found = this.view.log.find(number);
    if (found) this.view.log.flash(found);
    else this.view.open(this.view.id, number);
  }
}

