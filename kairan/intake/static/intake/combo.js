// SPDX-License-Identifier: Apache-2.0
// A field with suggestions (ARIA combobox): arrows choose, Enter takes, Esc closes. With `instant`
// a sign typed alone (1, 2 …) takes its option at once.

import { make } from "../design/js/words.js";

const PAUSE_MS = 180;

export function startCombo({ input, list, find, pick, instant = false, onEnter = () => {}, none = "" }) {
  let options = [];
  let active = -1;
  let timer;
  let asked = 0;

  function open(found, query) {
    options = found;
    active = -1;
    const items = found.map((option, place) => item(option, place));
    if (!found.length && none && query) items.push(make("li", { class: "combo__none", role: "option", "aria-disabled": "true" }, none));
    list.replaceChildren(...items);
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    input.removeAttribute("aria-activedescendant");
    if (!list.hidden) list.scrollIntoView({ block: "nearest" });
  }
  function item({ label, note, sign }, place) {
    const element = make("li", { class: "combo__option", role: "option", id: `${list.id}-${place}`, "aria-selected": "false" });
    if (sign) element.append(make("kbd", {}, sign), " ");
    element.append(make("span", {}, label));
    if (note) element.append(make("span", { class: "combo__note" }, note));
    // Before the field loses the focus: a click must not close what it is about.
    element.addEventListener("pointerdown", (event) => event.preventDefault());
    element.addEventListener("click", () => take(place));
    return element;
  }
  function mark(place) {
    active = place;
    for (const [at, element] of [...list.children].entries()) {
      element.setAttribute("aria-selected", String(at === place));
    }
    input.setAttribute("aria-activedescendant", `${list.id}-${place}`);
    list.children[place]?.scrollIntoView({ block: "nearest" });
  }
  function take(place) {
    const option = options[place];
    close();
    if (option) pick(option);
  }
  function close() {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  async function look(query) {
    const mine = (asked += 1);
    const found = await find(query);
    if (mine !== asked) return;
    open(found, query);
    const typed = query.normalize("NFKC").trim();
    const signed = instant ? found.findIndex(({ sign }) => sign && sign === typed) : -1;
    if (signed >= 0 && /^\d$/.test(typed)) take(signed);
  }
  function move(by) {
    if (list.hidden || !options.length) return look(input.value);
    return mark((active + by + options.length) % options.length);
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => look(input.value), instant ? 0 : PAUSE_MS);
  });
  input.addEventListener("compositionend", () => look(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (!list.hidden && active >= 0) take(active);
      else if (!list.hidden && instant && options.length) take(Math.max(0, signAt(input.value)));
      else {
        close();
        onEnter();
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
  const signAt = (typed) => options.findIndex(({ sign }) => sign === typed.normalize("NFKC").trim().toLowerCase());
  return { open: (query = "") => look(query), close };
}
