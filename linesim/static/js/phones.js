// SPDX-License-Identifier: Apache-2.0
// Several phones side by side. Four at most: each holds a line open, and browsers keep six.

import { get } from "./api.js";
import { $, h } from "./dom.js";

const MOST = 4;
const box = $("[data-phones]");
const shown = new Map();

function toggle(person, button) {
  if (shown.has(person.user_id)) {
    shown.get(person.user_id).remove();
    shown.delete(person.user_id);
  } else if (shown.size < MOST) {
    const frame = h("iframe", { src: `/phone/${person.user_id}`, title: `${person.name}の電話`, class: "phone-frame" });
    shown.set(person.user_id, frame);
    box.append(frame);
  }
  button.setAttribute("aria-pressed", String(shown.has(person.user_id)));
}

const people = await get("/sim/residents");
for (const [index, person] of people.slice(0, 50).entries()) {
  const button = h("button", { type: "button", "aria-pressed": "false" }, person.name);
  button.addEventListener("click", () => toggle(person, button));
  $("[data-choices]").append(button);
  if (index < 2) toggle(person, button);
}
document.body.dataset.ready = "yes";
