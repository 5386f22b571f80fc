// SPDX-License-Identifier: Apache-2.0
// A dialog that comes from below on a phone and stands in the middle elsewhere.

import { button, make, say } from "./page.js";

let count = 0;

/** Shows it; gone when it is closed. Content may be nodes or a function that gets the dialog. */
export function sheet(title, ...content) {
  count += 1;
  const id = `talk-sheet-${count}`;
  const dialog = make("dialog", { class: "dialog talk-sheet", "aria-labelledby": id });
  const close = button(say("close"), "close", () => dialog.close(), "button--plain");
  const body = make("div", { class: "dialog__body talk-sheet__body" });
  const heading = make("h2", { class: "dialog__title", id }, title);
  dialog.append(make("div", { class: "dialog__header" }, heading, close), body);
  for (const part of content) body.append(...[typeof part === "function" ? part(dialog) : part].flat());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A list of large buttons with an icon and words: [[word, icon, act, look], …]. */
export function choices(dialog, entries) {
  const list = make("ul", { class: "talk-choices" });
  for (const [word, iconName, act, look = ""] of entries) {
    const chosen = () => {
      dialog.close();
      act();
    };
    list.append(make("li", {}, button(word, iconName, chosen, `button--plain talk-choice ${look}`)));
  }
  return list;
}
