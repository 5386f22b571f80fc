// SPDX-License-Identifier: Apache-2.0
// What belongs to a room beside its messages: members, photos and files, pins. A panel on a wide
// screen, sheets elsewhere.

import { fileAddress, tell } from "./api.js";
import { shortly } from "./clock.js";
import { allMembers, managing, waysOf } from "./manage.js";
import { face } from "./message.js";
import { bdi, button, fixed, icon, make, names, say, size } from "./page.js";
import { sheet } from "./sheet.js";
import { summary } from "./store.js";
import { showToast } from "../design/js/toast.js";

const MOST_FILES = 12;

export class Side {
  constructor(panel, view) {
    this.panel = panel;
    this.view = view;
    this.store = view.store;
  }

  get room() {
    return this.store.rooms.get(this.view.id) ?? null;
  }

  address(page) {
    return `${fixed.urls.room.replace("/0/", `/${this.view.id}/`)}${page}`;
  }

  draw() {
    const { state } = this.view;
    this.panel.hidden = !state;
    if (!state) return this.panel.replaceChildren();
    const parts = [
      [say("pins"), this.pins(state), state.pins.length],
      [say("files"), this.files(state), 1],
      [say("members"), this.members(state.members), 1],
    ];
    const shown = parts.filter(([, , some]) => some);
    const sections = shown.map(([title, part]) => make("section", { class: "talk-side__part" }, make("h2", {}, title), part));
    return this.panel.replaceChildren(...sections, this.ways());
  }

  members(members) {
    const items = members.map((one) => {
      const name = make("span", {}, ...names(one, { name: one.person }), " ", managing(one));
      return make("li", {}, face(one.name, one.id), name);
    });
    return make("ul", { class: "talk-members" }, ...items);
  }

  files({ messages }) {
    const all = [...messages.values()].filter((message) => !message.recalled && message.attachments.length).reverse();
    const items = all.flatMap((message) => message.attachments.map((one) => this.file(one, message))).slice(0, MOST_FILES);
    const more = make("a", { class: "button button--small", href: this.address("files/") }, icon("photo"), say("allFiles"));
    const list = items.length ? make("ul", { class: "talk-side__files" }, ...items) : make("p", { class: "quiet" }, say("noFiles"));
    return make("div", { class: "stack stack--small" }, list, more);
  }

  file(one, message) {
    if (!one.photo) {
      const address = { href: fileAddress(one.key, "original"), class: "talk-file", download: one.name };
      return make("li", { class: "talk-side__file" }, make("a", address, icon("file"), bdi(one.name), make("span", { class: "talk-file__size" }, size(one.size))));
    }
    const words = say("photoBy", { name: message.position?.name ?? "", at: shortly(message.sent_at) });
    const image = make("img", { src: fileAddress(one.key, "thumbnail"), alt: words, loading: "lazy", width: 96, height: 96 });
    return make("li", {}, make("a", { href: fileAddress(one.key, "large"), "data-photo": "talk-side", "data-caption": words }, image));
  }

  pins({ pins }, after = () => {}) {
    const items = pins.map((pin) => {
      const go = () => {
        after();
        this.view.actions.goTo(pin.number);
      };
      const words = make("span", {}, make("span", { class: "talk-side__who" }, ...names(pin.position, pin.person)), bdi(summary(pin, say, fixed.stamps)));
      return make("li", {}, make("button", { type: "button", class: "talk-side__pin", onclick: go }, icon("keep"), words));
    });
    return make("ul", { class: "stack" }, ...items);
  }

  ways() {
    const { room } = this;
    const search = `${fixed.urls.search}?room=${this.view.id}`;
    const list = make("ul", { class: "talk-choices" });
    const add = (one) => list.append(make("li", {}, one));
    const link = (word, iconName, href) => make("a", { class: "button button--plain talk-choice", href }, icon(iconName), word);
    add(link(say("searchHere"), "search", search));
    add(button(say(room?.muted ? "unmute" : "mute"), room?.muted ? "bell" : "mute", () => this.mute(!room.muted), "button--plain talk-choice"));
    for (const [word, iconName, act] of waysOf(this.view)) {
      const then = () => {
        for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
        act();
      };
      add(button(word, iconName, then, "button--plain talk-choice"));
    }
    return list;
  }

  showMenu() {
    const { state } = this.view;
    if (!state) return;
    const look = "button--plain talk-choice";
    const phone = document.querySelector(".community__phone")?.cloneNode(true);
    const dialog = sheet(this.room?.name ?? say("menu"), (dialog) => {
      const list = make("ul", { class: "talk-choices" });
      const add = (word, iconName, act) => list.append(make("li", {}, button(word, iconName, act, look)));
      const then = (act) => () => {
        dialog.close();
        act();
      };
      add(say("membersOf", { n: this.room.members }), "people", then(() => this.showMembers()));
      if (state.pins.length) add(say("pins"), "keep", then(() => this.showPins()));
      list.append(make("li", {}, make("a", { class: `button ${look}`, href: this.address("files/") }, icon("photo"), say("files"))));
      return [list, this.ways(), phone ?? ""];
    });
    dialog.classList.add("talk-sheet--menu");
  }

  async showMembers() {
    const all = await allMembers(this.view);
    if (all) sheet(say("members"), this.members(all));
  }

  showPins() {
    sheet(say("pins"), (dialog) => this.pins(this.view.state, () => dialog.close()));
  }

  async mute(muted) {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    const { id } = this.view;
    const done = await this.view.actions.tried(() => tell(`rooms/${id}/mute`, { muted }));
    if (!done) return;
    this.store.changeRoom(id, { muted });
    this.draw();
    showToast({ text: say(muted ? "mutedToast" : "unmutedToast"), undo: () => this.mute(!muted) });
  }
}
