// SPDX-License-Identifier: Apache-2.0
// Text of a message as nodes: links, and mentions of positions. Never HTML.

import { make, say } from "./page.js";

const LINK = /https?:\/\/[^\s<>"'「」『』（）【】、。]+/g;
const TAIL = /[.,:;!?)\]}'"]+$/;

function isLink(address) {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

function link(address) {
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}

/** Cuts `text` at what `find` gives: [[start, end, node], …] in order. */
function cut(text, found) {
  const nodes = [];
  let at = 0;
  for (const [start, end, node] of found) {
    if (start < at) continue;
    nodes.push(text.slice(at, start), node);
    at = end;
  }
  return [...nodes, text.slice(at)].filter((node) => node !== "");
}

function links(text) {
  return [...text.matchAll(LINK)]
    .map((found) => ({ start: found.index, address: found[0].replace(TAIL, "") }))
    .filter(({ address }) => isLink(address))
    .map(({ start, address }) => [start, start + address.length, link(address)]);
}

function mentions(text, people) {
  const found = [];
  for (const name of people) {
    for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1)) {
      const end = at + name.length + 1;
      found.push([at, end, make("strong", { class: "talk-mention" }, text.slice(at, end))]);
    }
  }
  return found;
}

/** `members` [{id, name}] gives the names of the positions in `ids`; 0 is everybody. */
export function textNodes(text, ids = [], members = []) {
  const people = ids.map((id) => (id === 0 ? say("everybody") : members.find((one) => one.id === id)?.name));
  const known = people.filter(Boolean).sort((one, other) => other.length - one.length);
  const found = [...links(text), ...mentions(text, known)];
  return cut(text, found.sort(([one], [other]) => one - other));
}
