// SPDX-License-Identifier: Apache-2.0
// What the page brings along for its scripts: words, addresses, stamps (kairan/talk/pages.py), and
// the icons of the template #talk-icons.

import { make } from "../design/js/words.js";

export { make };

/** The JSON block of that id; null where the page came without it (kept for offline). */
export function block(id) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : null;
}

export const fixed = block("talk-fixed");

/** The sentence of that name with its {placeholders} filled in. */
export function say(name, values = {}) {
  const text = fixed.words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

export function icon(name) {
  const drawn = document.getElementById("talk-icons").content.querySelector(`[data-icon="${name}"]`);
  return drawn ? drawn.firstElementChild.cloneNode(true) : "";
}

/** A button with an icon and a word. `look`: classes behind «button». */
export function button(word, iconName, act, look = "", attributes = {}) {
  const one = make("button", { type: "button", class: `button ${look}`.trim(), onclick: act, ...attributes });
  one.append(iconName ? icon(iconName) : "", make("span", {}, word));
  return one;
}

/** Text of others: its direction of writing stays its own. */
export function bdi(text) {
  return make("bdi", {}, text ?? "");
}

/** Name of a position and, in brackets, who stands behind it. */
export function names(position, person) {
  const parts = [bdi(position?.name ?? "")];
  if (person?.name) parts.push(make("span", { class: "talk-behind" }, "（", bdi(person.name), "）"));
  return parts;
}

export function nameOf(position, person) {
  if (!position) return "";
  return person?.name ? `${position.name}（${person.name}）` : position.name;
}

export function size(bytes) {
  if (bytes >= 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)}MB`;
  return `${Math.max(1, Math.round(bytes / 1024))}KB`;
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only where the page came by https
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
