// SPDX-License-Identifier: Apache-2.0
// あて先: naming a position, or everybody, in what one writes; by typing @ or by choosing.

import { button, make, nameOf, say } from "./page.js";
import { choices, sheet } from "./sheet.js";

const TYPED = /@([^\s@]*)$/;
const MOST_SHOWN = 6;

export class Mentions {
  constructor(field, list, members) {
    this.field = field;
    this.list = list;
    this.members = members;
    this.chosen = new Map(); // id → name
    field.addEventListener("input", () => this.offer());
    field.addEventListener("keydown", (event) => this.onKey(event));
    list.addEventListener("keydown", (event) => event.key === "Escape" && this.close(true));
  }

  clear() {
    this.chosen.clear();
    this.close();
  }

  people() {
    return [{ id: 0, name: say("everybody") }, ...this.members()];
  }

  /** Ids of those whose name still stands in the text. */
  of(text) {
    const found = [...this.chosen].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
    if (text.includes(`@${say("everybody")}`)) return [0];
    return found;
  }

  offer() {
    const typed = this.field.value.slice(0, this.field.selectionStart).match(TYPED);
    if (!typed) return this.close();
    const found = this.people().filter((one) => nameOf(one, { name: one.person ?? "" }).includes(typed[1]));
    if (!found.length) return this.close();
    const add = (one) => this.insert(one, typed[0].length);
    this.list.replaceChildren(...found.slice(0, MOST_SHOWN).map((one) => make("li", {}, this.choice(one, add))));
    this.list.hidden = false;
    return null;
  }

  choice(one, add) {
    return button(nameOf(one, { name: one.person ?? "" }), one.id ? "person" : "people", () => add(one), "button--plain talk-choice");
  }

  onKey(event) {
    if (this.list.hidden) return;
    if (event.key === "Escape") this.close(true);
    if (event.key !== "ArrowDown" && event.key !== "Tab") return;
    event.preventDefault();
    this.list.querySelector("button")?.focus();
  }

  close(back = false) {
    this.list.hidden = true;
    this.list.replaceChildren();
    if (back) this.field.focus();
  }

  /** Puts «@name » where the cursor stands, in place of the last `typed` characters. */
  insert(one, typed = 0) {
    const { field } = this;
    const at = field.selectionStart;
    field.setRangeText(`@${one.name} `, at - typed, field.selectionEnd, "end");
    this.chosen.set(one.id, one.name);
    this.close(true);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  choose() {
    const entries = this.people().map((one) => [
      nameOf(one, { name: one.person ?? "" }), one.id ? "person" : "people", () => this.insert(one),
    ]);
    sheet(say("mention"), (dialog) => choices(dialog, entries));
  }
}
