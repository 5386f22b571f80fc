// SPDX-License-Identifier: Apache-2.0
// Buttons that put 「{受付番号}」 where the text cursor stands.

for (const row of document.querySelectorAll("[data-placeholders]")) row.hidden = false;

let lastField = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) lastField = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-placeholder]");
  if (!button) return;
  const row = button.closest("[data-placeholders]");
  const form = row.closest("form");
  const near = form?.contains(lastField) ? lastField : form?.querySelector("textarea");
  const field = document.getElementById(row.dataset.placeholders) ?? near;
  if (!field) return;
  field.setRangeText(`{${button.dataset.placeholder}}`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
