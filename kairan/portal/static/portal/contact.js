// SPDX-License-Identifier: Apache-2.0
// Who reports: nothing of it has to be said. Kept with the draft, sent with the report.

import { make } from "../design/js/words.js";
import { portalWords as words } from "./words.js";

const FIELDS = [
  ["name", { type: "text", autocomplete: "name", maxlength: "60" }],
  ["phone", { type: "tel", autocomplete: "tel", inputmode: "tel", maxlength: "20" }],
  ["email", { type: "email", autocomplete: "email", maxlength: "200" }],
];

export function contactPanel(form, draft, save) {
  const given = (draft.contact ??= {});
  return {
    id: "!contact",
    heading: words("contact"),
    build: () => build(given, draft.contactProblems ?? {}, save),
    read: () => problem(given),
    shown: () => FIELDS.map(([name]) => given[name]).filter(Boolean).join("\n") || words("noContact"),
  };
}

function build(given, problems, save) {
  const rows = FIELDS.map(([name, attributes]) => {
    const id = `contact-${name}`;
    const input = make("input", { class: "input", id, ...attributes });
    input.value = given[name] ?? "";
    input.addEventListener("input", () => {
      given[name] = input.value.trim();
      save();
    });
    const wrong = problems[name] ? make("p", { class: "field__error", role: "alert" }, problems[name]) : "";
    return make("p", {}, make("label", { class: "field__label", for: id }, words(name)), wrong, input);
  });
  const news = make("input", { type: "checkbox", checked: Boolean(given.news) });
  news.addEventListener("change", () => {
    given.news = news.checked;
    save();
  });
  const tile = make("label", { class: "tile" }, news, make("span", {}, words("news")));
  const element = make("div", { class: "stack" }, make("p", {}, words("contactWhy")), ...rows, tile);
  return { element };
}

function problem(given) {
  const email = given.email ?? "";
  if (email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return words("wrongEmail");
  if (given.phone && !/^[0-9０-９+\-－ー() （）]+$/.test(given.phone)) return words("wrongPhone");
  return given.news && !email ? words("needsEmail") : null;
}
