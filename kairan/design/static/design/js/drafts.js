// SPDX-License-Identifier: Apache-2.0
// <textarea data-draft="name">: what is written but not yet sent survives a reload or a crash of
// the page (sessionStorage; with data-draft-keep="device" until it is sent, on this device).
// <textarea data-count="5000">: says how many characters are left.

import { make, recall, remember, words } from "./words.js";

const known = new WeakSet();

function storeOf(field) {
  return field.dataset.draftKeep === "device" ? "localStorage" : "sessionStorage";
}

function keyOf(field) {
  return `draft:${field.dataset.draft}`;
}

function offerDiscard(field) {
  const note = make("p", { class: "field__hint cluster", role: "status" }, words("draftRestored"));
  const discard = () => {
    field.value = field.defaultValue;
    remember(storeOf(field), keyOf(field), null);
    note.remove();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const look = { type: "button", class: "button button--plain button--small", onclick: discard };
  note.append(make("button", look, words("draftDiscard")));
  field.after(note);
  return note;
}

function wasArrivedAtAnew() {
  // After a submission that the server took, the browser comes to the page by a new navigation.
  return performance.getEntriesByType("navigation")[0]?.type === "navigate";
}

function keep(field) {
  const store = storeOf(field);
  const key = keyOf(field);
  const sentKey = `${key}:sent`;
  if (recall(store, sentKey) && wasArrivedAtAnew()) remember(store, key, null);
  remember(store, sentKey, null);
  const kept = recall(store, key);
  let note = null;
  if (kept && !field.value.trim() && kept.trim()) {
    field.value = kept;
    note = offerDiscard(field);
  }
  field.addEventListener("input", () => remember(store, key, field.value || null));
  field.form?.addEventListener("submit", () => remember(store, sentKey, "1"));
  field.form?.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt !== field.form) return;
    remember(store, sentKey, null);
    if (!detail.successful) return;
    remember(store, key, null);
    note?.remove();
  });
}

function count(field) {
  const most = Number(field.dataset.count);
  const note = make("p", { class: "field__count" });
  field.after(note);
  const show = () => {
    const left = most - [...field.value].length;
    note.textContent = left < 0 ? words("tooLong", { n: -left }) : words("remaining", { n: left });
    note.classList.toggle("field__count--over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}

export function attach(root) {
  for (const field of root.querySelectorAll("[data-draft], [data-count]")) {
    if (known.has(field)) continue;
    known.add(field);
    if (field.dataset.draft) keep(field);
    if (field.dataset.count) count(field);
  }
}
