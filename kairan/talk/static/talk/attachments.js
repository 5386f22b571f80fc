// SPDX-License-Identifier: Apache-2.0
// Photos and files that were chosen and not yet sent, with a way to drop each.

import { photoOf } from "./photos.js";
import { bdi, fixed, icon, make, newId, say, size } from "./page.js";
import { showToast } from "../design/js/toast.js";

export class Attachments {
  constructor(element, changed) {
    this.element = element;
    this.changed = changed;
    this.files = [];
    this.urls = new Map();
    this.ready = Promise.resolve();
  }

  clear() {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
    this.files = [];
    this.draw();
  }

  take(input) {
    const files = [...input.files];
    input.value = "";
    this.add(files);
  }

  add(files) {
    if (!files.length) return;
    this.ready = this.ready.then(() => this.addAll(files));
  }

  async addAll(files) {
    this.element.setAttribute("aria-busy", "true");
    for (const file of files) {
      const isPhoto = /^image\/(jpeg|png|webp|gif|hei[cf]|avif)$/.test(file.type) || /\.hei[cf]$/i.test(file.name);
      if (this.isFull(isPhoto)) break;
      const photo = isPhoto ? await photoOf(file) : null;
      if (!photo && file.size > fixed.mostBytes) {
        showToast({ text: say("tooLarge", { name: file.name, size: size(fixed.mostBytes) }) });
        continue;
      }
      this.files.push(photo ?? { id: newId(), blob: file, name: file.name, photo: false });
    }
    this.element.removeAttribute("aria-busy");
    this.draw();
    this.changed();
  }

  isFull(isPhoto) {
    const most = isPhoto ? fixed.mostPhotos : fixed.mostFiles;
    const full = this.files.filter((file) => file.photo === isPhoto).length >= most;
    if (full) showToast({ text: say(isPhoto ? "tooManyPhotos" : "tooManyFiles", { n: most }) });
    return full;
  }

  draw() {
    this.element.hidden = !this.files.length;
    this.element.replaceChildren(...this.files.map((file, at) => this.item(file, at + 1)));
  }

  item(file, n) {
    const drop = () => {
      this.files = this.files.filter((other) => other !== file);
      this.draw();
      this.changed();
    };
    const name = file.photo ? say("photoN", { n }) : file.name;
    const look = { type: "button", class: "button button--small talk-attached__drop", onclick: drop, "aria-label": say("dropNamed", { name }) };
    const shown = file.photo ? this.picture(file, name) : make("span", { class: "talk-attached__file" }, icon("file"), bdi(file.name));
    return make("li", {}, shown, make("button", look, icon("close"), say("drop")));
  }

  picture(file, alt) {
    if (!this.urls.has(file)) this.urls.set(file, URL.createObjectURL(file.blob));
    return make("img", { src: this.urls.get(file), alt });
  }
}
