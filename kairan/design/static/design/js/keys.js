// SPDX-License-Identifier: Apache-2.0
// [data-keys]: j/k or arrows move over the [data-key-link] of a list, Enter opens (it is a link);
// "/" goes to [data-search], "?" opens the help. Off in fields, with modifiers, and when a person
// has switched it off in the help (WCAG 2.1.4).

import { isTyping, recall, remember } from "./words.js";

const STORED = "keys";
const known = new WeakSet();
let started = false;

function isOn() {
  return recall("localStorage", STORED) !== "off";
}

function links() {
  return [...document.querySelectorAll("[data-keys] [data-key-link]")];
}

function move(by, event) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  if (event.key.startsWith("Arrow") && at < 0) return; // arrows scroll until one is in the list
  event.preventDefault();
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || !isOn()) return;
  const act = {
    j: () => move(1, event),
    k: () => move(-1, event),
    ArrowDown: () => move(1, event),
    ArrowUp: () => move(-1, event),
    "/": () => focusSearch(event),
    "?": () => document.getElementById("key-help")?.showModal(),
  }[event.key];
  act?.();
}

function focusSearch(event) {
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

function isInMap(target) {
  return Boolean(target.closest?.("[data-map-canvas]"));
}

export function attach(root) {
  if (!started) {
    started = true;
    document.addEventListener("keydown", (event) => {
      if (!isInMap(event.target)) onKey(event);
    });
  }
  for (const box of root.querySelectorAll("[data-keys-on]")) {
    if (known.has(box)) continue;
    known.add(box);
    box.checked = isOn();
    box.addEventListener("change", () =>
      remember("localStorage", STORED, box.checked ? null : "off"),
    );
  }
}
