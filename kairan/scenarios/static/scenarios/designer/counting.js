// SPDX-License-Identifier: Apache-2.0
// How much room LINE leaves, while one types. LINE counts texts in UTF-16 units, which is what
// String.length is, and labels in the characters a reader sees; the check on the server counts the
// same (kairan/line/limits.py).

import { words } from "./words.js";

const segmenter = new Intl.Segmenter("ja", { granularity: "grapheme" });

/** LINE's length of a text: unit "utf16" or "grapheme". */
export function lineLength(text, unit) {
  // A form sends CR LF, the server keeps LF: counted as kept.
  const kept = text.replace(/\r\n/g, "\n").trim();
  return unit === "grapheme" ? [...segmenter.segment(kept)].length : kept.length;
}

function show(field) {
  const beside = field.dataset.lineBeside && document.getElementById(field.dataset.lineBeside);
  const used = lineLength(field.value, field.dataset.lineUnit) + (beside ? lineLength(beside.value, field.dataset.lineUnit) : 0);
  const left = Number(field.dataset.lineLimit) - used;
  let note = field.nextElementSibling;
  if (!note?.matches(".field__count")) {
    note = document.createElement("p");
    note.className = "field__count";
    field.after(note);
  }
  note.textContent = left < 0 ? words("over", { n: -left }) : words("left", { n: left });
  note.classList.toggle("field__count--over", left < 0);
}

function showButtons(rows) {
  const note = rows.querySelector("[data-line-buttons-left]");
  const most = Number(rows.dataset.lineButtons);
  const filled = [...rows.querySelectorAll("[data-option-row]")].filter((row) =>
    row.querySelector("input[name*='.label.']")?.value.trim(),
  ).length;
  const pages = Math.ceil(filled / (most - 2));
  note.textContent =
    filled > most ? words("pages", { n: filled, pages }) : words("buttons", { n: filled, most });
}

function attach(root) {
  for (const field of root.querySelectorAll("[data-line-limit]")) show(field);
  for (const rows of root.querySelectorAll("[data-line-buttons]")) showButtons(rows);
}

export function startCounting() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("[data-line-limit]")) show(target);
    const together = target.id && document.querySelector(`[data-line-beside="${CSS.escape(target.id)}"]`);
    if (together) show(together);
    const rows = target.closest?.("[data-line-buttons]");
    if (rows) showButtons(rows);
  });
  document.body.addEventListener("htmx:load", (event) => attach(event.target));
  attach(document);
}
