// SPDX-License-Identifier: Apache-2.0
// Half-done forms, kept on this device for each clerk: a reload, a second phone call or a closed
// window takes nothing away. They go after three days: they hold people's names and numbers.

import { make, recall, remember } from "../design/js/words.js";

const KEPT_MS = 3 * 24 * 3600 * 1000;
const STORE = "localStorage";

function prefix(person) {
  return `kairan:intake:${person}:`;
}

export function load(person, id) {
  try {
    return JSON.parse(recall(STORE, prefix(person) + id) ?? "null");
  } catch {
    return null;
  }
}

export function keep(person, draft) {
  remember(STORE, prefix(person) + draft.id, JSON.stringify({ ...draft, at: Date.now() }));
}

export function drop(person, id) {
  remember(STORE, prefix(person) + id, null);
}

/** The clerk's own, the latest first; what is too old goes, whoever's it was. */
export function all(person) {
  const found = [];
  let keys = [];
  try {
    keys = Object.keys(window.localStorage);
  } catch {
    return found;
  }
  for (const key of keys.filter((name) => name.startsWith("kairan:intake:"))) {
    let draft = null;
    try {
      draft = JSON.parse(recall(STORE, key));
    } catch {
      /* unreadable: it goes */
    }
    if (!draft?.at || Date.now() - draft.at > KEPT_MS) remember(STORE, key, null);
    else if (key.startsWith(prefix(person)) && !String(draft.id).startsWith("mail-")) found.push(draft);
  }
  return found.sort((one, other) => other.at - one.at);
}

function time(at) {
  const moment = new Date(at);
  const clock = `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;
  return moment.toDateString() === new Date().toDateString() ? clock : `${moment.getMonth() + 1}/${moment.getDate()} ${clock}`;
}

/** The list above the form: all but the one that is open. `choose(id)`, `remove(draft)`. */
export function show(box, person, current, { say, choose, remove }) {
  const others = all(person).filter(({ id }) => id !== current);
  box.hidden = !others.length;
  box.querySelector("[data-intake-count]").textContent = others.length || "";
  box.querySelector("ul").replaceChildren(
    ...others.map((draft) => {
      const title = [draft.title || say("untitled"), draft.place, draft.caller?.name].filter(Boolean).join("　");
      const open = make("button", { type: "button", class: "button button--small", onclick: () => choose(draft.id) }, say("open"));
      const away = make(
        "button",
        { type: "button", class: "button button--plain button--small", "aria-label": say("dropName", { title }), onclick: () => remove(draft) },
        say("drop"),
      );
      return make("li", { class: "cluster" }, make("span", { class: "number quiet" }, time(draft.at)), make("span", { class: "strong" }, title), open, away);
    }),
  );
}
