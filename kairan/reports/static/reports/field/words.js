// SPDX-License-Identifier: Apache-2.0
// This page's words and icons stand in the page, so that they are translated there.

export function fieldWords(name, values = {}) {
  const text = document.getElementById("field-words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

export function icon(name) {
  const kept = document.getElementById("field-icons")?.content.querySelector(`[data-icon="${name}"]`);
  return kept ? kept.cloneNode(true) : "";
}
