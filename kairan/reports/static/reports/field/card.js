// SPDX-License-Identifier: Apache-2.0
// One case on the phone: what it is, what was done and waits, and what can be done.

import { make } from "../../design/js/words.js";
import { photoOf } from "../../scenarios/form/photos.js";
import { metres, whereAmI } from "./places.js";
import { fieldWords as words, icon } from "./words.js";

/** `act(edit, photo)` keeps an edit; `drop(key)` and `again(edit)` answer to one that waits. */
export function card(one, { here, waiting, act, drop, again, open }) {
  const head = make(
    "summary", { class: "field-card__head" },
    make("span", { class: "strong" }, `${one.number} ${one.kind}`),
    make("span", {}, one.title),
    make("span", { class: "quiet" }, facts(one, here)),
  );
  if (waiting.length) head.append(make("span", { class: "badge tone-orange" }, words("waiting", { n: waiting.length })));
  const body = make("div", { class: "stack field-card__body" }, ...about(one), ...kept(waiting, drop, again), ...ways(one, act));
  return make("li", { "data-map-id": one.id }, make("details", { class: "card field-card", open, "data-case": one.id }, head, body));
}

function facts(one, here) {
  const day = one.due ? words("due", { day: spoken(one.due) }) : "";
  return [one.statusWords, one.place, far(one, here), day].filter(Boolean).join("・");
}

function spoken(day) {
  return new Date(`${day}T00:00`).toLocaleDateString(document.documentElement.lang, { month: "short", day: "numeric" });
}

function far(one, here) {
  if (!here || one.lat == null) return "";
  const m = metres(here, one);
  return m < 1000 ? words("metres", { n: Math.round(m / 10) * 10 }) : words("kilometres", { n: (m / 1000).toFixed(1) });
}

function about(one) {
  const photos = one.photos.map((src, i) => make("img", { src, alt: words("photoAlt", { n: i + 1 }), width: "120", loading: "lazy" }));
  const links = [make("a", { class: "button button--small", href: one.url }, words("page"))];
  if (one.lat != null) {
    const way = `https://www.google.com/maps/dir/?api=1&destination=${one.lat},${one.lon}`;
    links.push(make("a", { class: "button button--small", href: way, rel: "noreferrer", target: "_blank" }, icon("map"), words("way")));
  }
  return [
    ...(one.text && one.text !== one.title ? [make("p", { class: "case-text" }, one.text)] : []),
    ...(photos.length ? [make("div", { class: "cluster" }, ...photos)] : []),
    make("p", { class: "cluster" }, ...links),
  ];
}

function described(edit, moves) {
  if (edit.kind === "note") return words("didNote", { words: edit.text });
  if (edit.kind === "photo") return words("didPhoto", { side: words(edit.side) });
  if (edit.kind === "position") return words("didPosition");
  return words("didStatus", { verb: moves.find(({ to }) => to === edit.to)?.verb ?? edit.verb ?? edit.to });
}

function kept(waiting, drop, again, moves = []) {
  if (!waiting.length) return [];
  const items = waiting.map((edit) => {
    const buttons = [];
    const button = (name, act, look = "") =>
      make("button", { type: "button", class: `button button--small ${look}`, onclick: act }, words(name));
    if (edit.state === "waiting") buttons.push(button("takeBack", () => drop(edit)));
    if (edit.state === "conflict") buttons.push(button("again", () => again(edit), "button--primary"), button("giveUp", () => drop(edit)));
    if (edit.state === "refused") buttons.push(button("closeIt", () => drop(edit)));
    const name = { waiting: "keptWaiting", conflict: "keptConflict", refused: "keptRefused" }[edit.state];
    return make(
      "li", { class: "field-kept tone-orange" },
      make("p", {}, make("span", { class: "strong" }, `${words(name)}: `), described(edit, moves)),
      ...(edit.reason ? [make("p", {}, edit.reason)] : []),
      make("p", { class: "cluster" }, ...buttons),
    );
  });
  return [make("ul", { class: "stack", role: "list" }, ...items)];
}

function ways(one, act) {
  return [noteForm(one, act), photoRow(one, act), statusForm(one, act), hereRow(one, act)];
}

function noteForm(one, act) {
  const id = `note-${one.id}`;
  const area = make("textarea", { class: "input", id, rows: "2", maxlength: "5000" });
  const keep = async () => {
    if (area.value.trim() && (await act({ kind: "note", text: area.value.trim() }))) area.value = "";
  };
  const button = make("button", { type: "button", class: "button", onclick: keep }, icon("note"), words("keepNote"));
  return make("div", { class: "field" }, make("label", { class: "field__label", for: id }, words("note")), area, button);
}

function photoRow(one, act) {
  const wrong = make("p", { class: "field__error", role: "alert", hidden: true });
  const taker = (side) => {
    const input = make("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", id: `${side}-${one.id}` });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      input.value = "";
      const photo = file && (await photoOf(file));
      wrong.hidden = !file || Boolean(photo);
      wrong.textContent = wrong.hidden ? "" : words("noPhoto");
      if (photo) await act({ kind: "photo", side, photo: photo.blob });
    });
    return make("span", {}, input, make("label", { class: "button", for: input.id }, icon("camera"), words(side)));
  };
  return make("div", {}, make("div", { class: "cluster" }, taker("before"), taker("after")), wrong);
}

function statusForm(one, act) {
  const id = `message-${one.id}`;
  const area = make("textarea", { class: "input", id, rows: "2", maxlength: "2000" });
  const wrong = make("p", { class: "field__error", role: "alert", hidden: true }, words("needsMessage"));
  const buttons = one.moves.map((move) => {
    const go = async () => {
      wrong.hidden = !move.message || Boolean(area.value.trim());
      if (!wrong.hidden) return area.focus();
      if (await act({ kind: "status", to: move.to, verb: move.verb, text: area.value.trim() })) area.value = "";
    };
    return make("button", { type: "button", class: "button", onclick: go }, move.verb);
  });
  const label = make("label", { class: "field__label", for: id }, words("message"));
  return make("fieldset", { class: "field" }, make("legend", { class: "field__label strong" }, words("statusTitle")), label, wrong, area, make("div", { class: "cluster" }, ...buttons));
}

function hereRow(one, act) {
  const wrong = make("p", { class: "field__error", role: "alert", hidden: true }, words("noPlace"));
  const set = async () => {
    const at = await whereAmI();
    wrong.hidden = Boolean(at);
    if (at) await act({ kind: "position", longitude: at.lon, latitude: at.lat });
  };
  const button = make("button", { type: "button", class: "button", onclick: set }, icon("map"), words("here"));
  return make("div", {}, button, wrong);
}
