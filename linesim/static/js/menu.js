// SPDX-License-Identifier: Apache-2.0
// The rich menu: a picture with areas, opened and closed by the bar under the talk.

import { tappable } from "./actions.js";
import { $, h, show } from "./dom.js";

const bar = $("[data-chatbar]");
const toggle = $("[data-menu-toggle]");
const box = $("[data-menu]");
const write = $("[data-write]");
const keyboard = $("[data-keyboard]");

let shown = null;
let open = false;
let typing = false;
let switching = false; // a tab was tapped: the menu that comes stays open

/** Draw the menu that LINE would show, or none; `channel` is where its picture comes from. */
export function drawMenu(menu, channel, perform) {
  if (menu?.id !== shown) {
    shown = menu?.id ?? null;
    open = switching || (menu?.selected ?? false);
    switching = false;
    typing = false;
    box.replaceChildren(...(menu ? areas(menu, channel, tapped(perform)) : []));
    toggle.textContent = menu?.chatBarText ?? "";
  }
  arrange();
}

/** What a tap does, and that a tab's tap keeps the menu open. */
const tapped = (perform) => (action) => {
  switching = action.type === "richmenuswitch";
  return perform(action);
};

function areas(menu, channel, perform) {
  const { width, height } = menu.size;
  const image = h("img", { src: `/sim/menus/${channel}/${menu.id}`, alt: menu.name });
  image.style.aspectRatio = `${width} / ${height}`;
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  return [
    image,
    ...menu.areas.map(({ bounds, action }, index) => {
      const style = { left: percent(bounds.x, width), top: percent(bounds.y, height), width: percent(bounds.width, width), height: percent(bounds.height, height) };
      const name = action.label || action.text || action.displayText || action.uri || action.data || `ボタン${index + 1}`;
      return tappable(action, perform, { class: "menu-area", "data-testid": `menu-area-${index}`, style }, h("span", { class: "sr" }, name));
    }),
  ];
}

/** With a menu, typing and the menu's bar take turns at the foot of the phone. */
function arrange() {
  show(bar, Boolean(shown));
  show(box, Boolean(shown) && open && !typing);
  write.classList.toggle("below-menu", Boolean(shown));
  show(write, !shown || typing || !open);
  toggle.setAttribute("aria-expanded", String(open && !typing));
  keyboard.setAttribute("aria-pressed", String(!open || typing));
}

export function setOpen(value) {
  open = value;
  typing = false;
  arrange();
}

export function startTyping() {
  typing = true;
  arrange();
  $("[data-text]").focus();
}

toggle.addEventListener("click", () => setOpen(!(open && !typing)));
keyboard.addEventListener("click", startTyping);
