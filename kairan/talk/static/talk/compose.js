// SPDX-License-Identifier: Apache-2.0
// Where one writes. What is written is kept on the device at once, and on the server a little later.

import { tell } from "./api.js";
import { keepDraft, keepSpeaker, keptDraft, keptSpeaker } from "./keep.js";
import { Attachments } from "./attachments.js";
import { Mentions } from "./mentions.js";
import { bdi, button, fixed, icon, make, say } from "./page.js";
import { quoted } from "./message.js";
import { choices, sheet } from "./sheet.js";

const DRAFT_MS = 1_000;

export class Compose {
  constructor(element, view) {
    this.element = element;
    this.view = view;
    this.room = null;
    this.part = (name) => element.querySelector(`[data-${name}]`);
    this.field = this.part("text");
    this.attachments = new Attachments(this.part("attached"), () => this.changed());
    this.mentions = new Mentions(this.field, this.part("mentions"), () => view.state?.members ?? []);
    this.clear();
    this.wire();
  }

  wire() {
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("paste", (event) => this.attachments.add([...(event.clipboardData?.files ?? [])]));
    for (const name of ["photo", "file"]) {
      this.part(`pick-${name}`).addEventListener("change", ({ target }) => this.attachments.take(target));
    }
    this.part("stamps").addEventListener("click", () => this.chooseStamp());
    this.part("more").addEventListener("click", () => this.chooseMore());
    this.part("speaker-seat").addEventListener("change", ({ target }) => this.speakFrom(Number(target.value)));
    window.addEventListener("pagehide", () => this.keepNow());
  }

  clear() {
    this.field.value = "";
    this.answering = null;
    this.importance = 0;
    this.mustConfirm = false;
    this.attachments.clear();
    this.mentions.clear();
    this.show();
  }

  async enter(room) {
    this.room = room;
    this.clear();
    this.setRules();
    const kept = await keptDraft(room);
    if (this.room !== room || this.field.value) return;
    const onServer = this.view.store.rooms.get(room)?.draft ?? "";
    // On this device more may be written than the server has heard of.
    this.saved = onServer;
    this.field.value = kept?.unsaved ? kept.text : onServer || kept?.text || "";
    this.answering = kept?.answering ?? null;
    this.show();
  }

  /** What was written, or sent, on another device; not while one writes here. */
  follow() {
    const draft = this.view.store.rooms.get(this.room)?.draft ?? "";
    const isMine = document.activeElement === this.field || this.field.value !== (this.saved ?? "");
    if (!this.room || isMine || draft === this.saved) return;
    this.saved = draft;
    this.field.value = draft;
    this.show();
    this.keep(false);
  }

  leave() {
    this.keepNow();
    this.room = null;
  }

  /** The place to write, or why one cannot. */
  setRules() {
    const room = this.view.state?.room;
    if (!room) return;
    const may = room.rules?.say ?? room.may_write;
    const why = room.closed ? "roomClosed" : room.kind === "announcement" ? "officeOnly" : "readOnly";
    this.part("form").hidden = !may;
    this.part("closed").hidden = may;
    this.part("closed").textContent = may ? "" : say(why);
    this.view.part("foot").hidden = this.view.element.dataset.shows !== "open";
    this.showSpeakers();
  }

  /** Our seats of which one may speak here, in our own order: [{id, name, presses}]. */
  get speakers() {
    const may = this.view.state?.room?.speakers ?? [];
    const seats = this.view.store.me.seats.filter(({ id }) => may.some((one) => one.id === id));
    return seats.map(({ id, name }) => ({ ...may.find((one) => one.id === id), name }));
  }

  /** The one that was chosen last, else the one that the server would take. */
  get speaker() {
    const { speakers } = this;
    const of = (id) => speakers.find((one) => one.id === id);
    return of(keptSpeaker(this.room)) ?? of(this.view.state?.room?.position) ?? speakers[0] ?? null;
  }

  /** From whom it is, where one sits here in several seats. */
  showSpeakers() {
    const { speakers } = this;
    const field = this.part("speaker-seat");
    this.part("speaker").hidden = speakers.length < 2;
    const look = JSON.stringify(speakers);
    if (field.dataset.look !== look) field.replaceChildren(...speakers.map(({ id, name }) => make("option", { value: id }, name)));
    field.dataset.look = look;
    field.value = this.speaker?.id ?? "";
  }

  speakFrom(position) {
    keepSpeaker(this.room, position);
    if (!this.speaker?.presses) {
      this.importance = Math.min(this.importance, 1);
      this.mustConfirm = false;
    }
    this.show();
  }

  changed() {
    this.show();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveDraft(), DRAFT_MS);
    this.keep(true);
  }

  keep(unsaved) {
    if (!this.room) return;
    const text = this.field.value;
    keepDraft(this.room, text || this.answering ? { text, answering: this.answering, unsaved } : null);
  }

  keepNow() {
    clearTimeout(this.timer);
    if (this.room && this.field.value !== this.saved) this.saveDraft();
  }

  async saveDraft() {
    const { room } = this;
    const text = this.field.value;
    if (!room || text === this.saved) return;
    this.saved = text;
    this.view.sync.expectOwn();
    this.view.store.changeRoom(room, { draft: text });
    try {
      await tell(`rooms/${room}/draft`, { text });
      if (this.room === room && this.field.value === text) this.keep(false);
    } catch {
      this.saved = null; // kept here; told to the server with the next letter
    }
  }

  show() {
    const { field, answering, importance, mustConfirm } = this;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
    const box = this.part("answering");
    box.hidden = !answering;
    const drop = button(say("dropAnswer"), "close", () => this.answer(null), "button--plain button--small");
    if (answering) {
      box.replaceChildren(icon("reply"), make("span", { class: "talk-answering__text" }, bdi(answering.name), "：", bdi(answering.text)), drop);
    }
    const way = [importance === 2 ? say("urgent") : importance === 1 ? say("important") : "", mustConfirm ? say("mustConfirm") : ""];
    this.part("way").textContent = way.filter(Boolean).join("・");
    this.part("way").hidden = !way.some(Boolean);
  }

  /** Quotes a message; null quotes nothing. */
  answer(message) {
    const text = message && quoted({ ...message, text: message.text.slice(0, 100) });
    this.answering = message && { id: message.id, name: message.position?.name ?? "", text };
    this.changed();
    this.field.focus();
  }

  base() {
    const { answering, importance, mustConfirm } = this;
    const content = { room: this.room, importance, must_confirm: mustConfirm };
    if (this.speakers.length > 1) content.position = this.speaker.id;
    return answering ? { ...content, answers: answering.id } : content;
  }

  async send() {
    await this.attachments.ready;
    const text = this.field.value.trim();
    const files = this.attachments.files;
    if (!text && !files.length) return this.field.focus();
    if ([...text].length > fixed.mostText) return this.view.talk.notes.say("tooLong", { n: fixed.mostText });
    const first = { ...this.base(), mentions: this.mentions.of(text) };
    const photos = files.filter((file) => file.photo);
    const others = files.filter((file) => !file.photo);
    this.reset();
    const { outbox } = this.view;
    if (!files.length) return outbox.add({ ...first, kind: "text", text });
    if (photos.length) await outbox.add({ ...first, kind: "photos", text }, photos);
    const rest = photos.length ? { ...first, text: "", answers: undefined } : { ...first, text };
    if (others.length) await outbox.add({ ...rest, kind: "file" }, others);
  }

  reset() {
    clearTimeout(this.timer);
    this.clear();
    this.saved = "";
    keepDraft(this.room, null);
    this.view.store.changeRoom(this.room, { draft: "" });
    this.view.log.stuck = true;
    this.field.focus();
    requestAnimationFrame(() => this.view.log.toEnd());
  }

  chooseStamp() {
    sheet(say("stamps"), (dialog) => {
      const list = make("ul", { class: "talk-stamps" });
      for (const [key, { words, url }] of Object.entries(fixed.stamps)) {
        const act = () => {
          dialog.close();
          this.view.outbox.add({ ...this.base(), kind: "stamp", stamp: key, text: "", importance: 0, must_confirm: false });
          this.answering = null;
          this.show();
          requestAnimationFrame(() => this.view.log.toEnd());
        };
        const image = make("img", { src: url, alt: words, width: 120, height: 120 });
        list.append(make("li", {}, make("button", { type: "button", class: "talk-stamps__one", onclick: act }, image)));
      }
      return list;
    });
  }

  chooseMore() {
    sheet(say("more"), (dialog) => choices(dialog, [
      [say("addFile"), "file", () => this.part("pick-file").click()],
      [say("sendPlace"), "pin", () => this.choosePlace()],
      [say("mention"), "at", () => this.mentions.choose()],
      [say("way"), "flag", () => this.chooseWay()],
    ]));
  }

  async choosePlace() {
    const { choosePlace } = await import("./place.js");
    const send = (latitude, longitude) =>
      this.view.outbox.add({ ...this.base(), kind: "place", text: "", latitude, longitude });
    choosePlace(send);
  }

  chooseWay() {
    const radio = (value, word, hint) => {
      const input = make("input", { type: "radio", name: "importance", value, checked: this.importance === value });
      input.addEventListener("change", () => (this.importance = value));
      return make("label", { class: "tile" }, input, make("span", {}, word, make("span", { class: "tile__hint" }, hint)));
    };
    const presses = Boolean(this.speaker?.presses);
    const must = make("input", { type: "checkbox", checked: this.mustConfirm });
    must.addEventListener("change", () => (this.mustConfirm = must.checked));
    const hint = make("span", { class: "tile__hint" }, say("mustConfirmHint"));
    const dialog = sheet(say("way"),
      make("fieldset", { class: "tiles" }, make("legend", { class: "visually-hidden" }, say("importance")),
        radio(0, say("usual"), say("usualHint")), radio(1, say("important"), say("importantHint")), presses ? radio(2, say("urgent"), say("urgentHint")) : ""),
      presses ? make("label", { class: "tile" }, must, make("span", {}, say("mustConfirm"), hint)) : "",
      (dialog) => button(say("done"), "check", () => dialog.close(), "button--primary button--large button--wide"));
    dialog.addEventListener("close", () => this.show());
  }
}
