// SPDX-License-Identifier: Apache-2.0
// What the designer's scripts say stands in the page, so that it is translated there.

export function words(name, values = {}) {
  const text = document.getElementById("designer-words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** A toast, read aloud too. */
export function say(text) {
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text, undo: "" } }));
}
