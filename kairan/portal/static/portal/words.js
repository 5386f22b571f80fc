// SPDX-License-Identifier: Apache-2.0
// Words of these pages' own stand in the page (_words.html), so that they are translated there.

export function portalWords(name, values = {}) {
  const text = document.getElementById("portal-words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
