// SPDX-License-Identifier: Apache-2.0
// What scripts say stands in the page (_words.html), so that it is translated there.

/** The sentence of that name with {placeholders} filled in. */
export function words(name, values = {}) {
  const text = document.getElementById("design-words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** An element with attributes, text and listeners, without any HTML string. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** True while somebody types, also while the kana are not yet turned into kanji. */
export function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

/** Storage that may be closed to us (private windows, full disk): then nothing is kept. */
export function remember(store, key, value) {
  try {
    if (value == null) window[store].removeItem(key);
    else window[store].setItem(key, value);
  } catch {
    /* nothing is kept */
  }
}

export function recall(store, key) {
  try {
    return window[store].getItem(key);
  } catch {
    return null;
  }
}
