// SPDX-License-Identifier: Apache-2.0
// Many cases at once. x picks the row with the focus, Shift+x (or Shift and a click) all up to it,
// b goes to what can be done with them. What is picked outlives a refreshed list.

const bar = document.querySelector("form[data-bulk]");
const count = bar?.querySelector("[data-bulk-count]");
const hint = count?.textContent;
const picked = new Map(); // id of a case → the value of its box
let last = null;

const boxes = () => [...document.querySelectorAll("input[data-pick]")];
const idOf = (box) => box.value.split(":")[0];
const everything = () => bar.querySelector("[data-bulk-everything]");

function note(box) {
  if (box.checked) picked.set(idOf(box), box.value);
  else picked.delete(idOf(box));
  box.closest("tr")?.classList.toggle("is-picked", box.checked);
}

function pick(box, wanted, upTo) {
  const all = boxes();
  const from = upTo ? all.indexOf(last) : -1;
  const to = all.indexOf(box);
  const range = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of range) {
    one.checked = wanted;
    note(one);
  }
  last = box;
  show();
}

function show() {
  if (!count) return;
  const all = everything();
  const number = all ? Number(all.dataset.bulkEverything) : picked.size;
  count.textContent = number
    ? bar.dataset.bulkWords.replace("{count}", number.toLocaleString())
    : hint;
  bar.classList.toggle("bulk--idle", number === 0);
  for (const button of bar.querySelectorAll("[data-bulk-none], [data-bulk-all]")) {
    button.hidden = number === 0;
  }
  const top = document.querySelector("input[data-pick-all]");
  if (!top) return;
  const shown = boxes();
  const on = shown.filter((box) => box.checked).length;
  top.checked = on > 0 && on === shown.length;
  top.indeterminate = on > 0 && on < shown.length;
}

function none() {
  picked.clear();
  everything()?.closest(".notification").remove();
  for (const box of boxes()) {
    box.checked = false;
    note(box);
  }
  show();
}

/** After the list was swapped: boxes of the same cases are ticked again. */
function again() {
  last = null;
  for (const box of boxes()) {
    if (picked.has(idOf(box))) box.checked = true;
    note(box);
  }
  const here = new Set(boxes().map(idOf));
  for (const id of [...picked.keys()]) if (!here.has(id)) picked.delete(id); // what is sent is seen
  const list = document.querySelector("[data-cases]");
  const query = bar?.querySelector("[data-bulk-query]");
  if (list && query) query.value = list.dataset.query;
  show();
}

function parts() {
  const verb = bar.querySelector("[data-bulk-verb]");
  for (const part of bar.querySelectorAll("[data-bulk-for]")) {
    part.hidden = !part.dataset.bulkFor.split(" ").includes(verb.value);
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [data-map-canvas]")) return;
  if (document.querySelector("dialog[open]") || keysAreOff()) return;
  if (event.key === "b") {
    event.preventDefault();
    bar.querySelector("[data-bulk-verb]").focus();
  }
  if (event.key !== "x" && event.key !== "X") return;
  const box = document.activeElement?.closest("tr")?.querySelector("input[data-pick]");
  if (!box) return;
  event.preventDefault();
  pick(box, event.shiftKey ? true : !box.checked, event.shiftKey);
}

/** Single keys can be switched off in the help (keys.js keeps it). */
function keysAreOff() {
  try {
    return window.localStorage.getItem("keys") === "off";
  } catch {
    return false;
  }
}

function onClick(event) {
  const box = event.target.closest?.("input[data-pick]");
  if (box) return pick(box, box.checked, event.shiftKey);
  if (event.target.closest?.("[data-bulk-none]")) return none();
  const button = event.target.closest?.("[data-bulk-all]");
  if (!button) return;
  const query = bar.querySelector("[data-bulk-query]").value;
  window.htmx
    .ajax("GET", `${button.dataset.bulkAll}?${query}`, { target: "#bulk-all", swap: "innerHTML" })
    .then(show);
}

function onChange(event) {
  const top = event.target.closest?.("input[data-pick-all]");
  if (top) {
    for (const box of boxes()) {
      box.checked = top.checked;
      note(box);
    }
    return show();
  }
  if (event.target.closest?.("[data-bulk-verb]")) parts();
  const ready = event.target.closest?.("[data-bulk-template]");
  if (!ready) return;
  const text = bar.querySelector(`template[data-bulk-text="${CSS.escape(ready.value)}"]`);
  const field = document.getElementById("bulk_message");
  if (text && field) field.value = text.content.textContent;
  field?.dispatchEvent(new Event("input", { bubbles: true }));
}

if (bar) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.matches?.("[data-cases], #cases") || !event.detail.target?.isConnected) again();
  });
  parts();
  again();
}
