// SPDX-License-Identifier: Apache-2.0
// Beside the phone: whose phone it is, and one more resident.

import { get, post } from "./api.js";
import { tellPerson } from "./dialogs.js";
import { $, h } from "./dom.js";

const panel = $("[data-panel]");
const toggle = $("[data-panel-toggle]");

function setOpen(open) {
  panel.classList.toggle("open", open);
  toggle.setAttribute("aria-expanded", String(open));
  if (open) $("[data-panel-close]").focus();
  else toggle.focus();
}

export function watchPanel() {
  if (window.self !== window.top) document.body.classList.add("embedded");
  toggle.addEventListener("click", () => setOpen(!panel.classList.contains("open")));
  $("[data-panel-close]").addEventListener("click", () => setOpen(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") setOpen(false);
  });
  $("[data-add]").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const name = event.target.elements.name.value.trim();
      const made = await post("/sim/residents", { name, follow: false });
      window.location.assign(`/phone/${made.user_id}`);
    } catch (error) {
      tellPerson("増やせませんでした", error.message);
    }
  });
}

export async function drawPeople(who) {
  const people = await get("/sim/residents");
  $("[data-people]").replaceChildren(
    ...people.slice(0, 50).map((person) => {
      const current = person.user_id === who;
      return h("li", {}, h("a", { href: `/phone/${person.user_id}`, "aria-current": current ? "page" : undefined, "data-testid": "resident" }, person.name));
    }),
  );
}
