// SPDX-License-Identifier: Apache-2.0
// <button data-copy="id">: puts the text or value of that element on the clipboard.

import { showToast } from "./toast.js";
import { words } from "./words.js";

const known = new WeakSet();

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) return;
  const text = source.value ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: words("copied") });
  } catch {
    // No clipboard without https: mark the text so that the person can copy it.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
  }
}

export function attach(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (known.has(button)) continue;
    known.add(button);
    button.addEventListener("click", () => copy(button));
  }
}
