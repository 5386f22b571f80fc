// SPDX-License-Identifier: Apache-2.0
// A scenario's questions for somebody who types while talking: options have keys (1–9, a–z), and
// every question stands on the one page. A maker gives {element, field, answer(), refresh()}.

import { make } from "../design/js/words.js";
import { phonesOf } from "../scenarios/form/walk.js";
import { photosQuestion } from "./photos.js";
import { placeQuestion } from "./place.js";

const SIGNS = "123456789abcdefghijklmnopqrstuvwxyz";
const LONG_TEXT = 60;
const makers = {
  choice: choiceQuestion, text: textQuestion, number: numberQuestion, datetime: momentQuestion,
  photos: photosQuestion, position: placeQuestion, urgent: urgentQuestion,
};

/** Null for what a form like this does not ask (the caller's details have their own place). */
export function questionOf(form, step) {
  const maker = makers[step.type];
  if (!maker) return null;
  const made = maker(form, step);
  const need = step.type === "photos" || !step.required ? "optional" : "required";
  const label = made.isGroup ? make("legend", { class: "field__label" }) : make("label", { class: "field__label", for: made.field.id });
  label.append(made.label ?? step.text, " ", make("span", { class: `field__need field__need--${need}` }, form.say(need)));
  if (made.key) label.append(" ", make("kbd", {}, made.key));
  const error = make("p", { class: "field__error", id: `${form.fieldId(step)}-error`, hidden: true });
  const hint = made.hint ?? step.hint;
  const element = make(
    made.isGroup ? "fieldset" : "div",
    { class: "field intake-question", "data-step": step.id, id: `${form.fieldId(step)}-box` },
    label,
    hint ? make("p", { class: "field__hint", id: `${form.fieldId(step)}-hint` }, hint) : "",
    error,
    made.element,
  );
  (made.isGroup ? element : made.field).setAttribute("aria-describedby", `${error.id}${hint ? ` ${form.fieldId(step)}-hint` : ""}`);
  const complain = (words = "") => {
    error.textContent = words;
    error.hidden = !words;
    if (!made.isGroup) made.field.setAttribute("aria-invalid", String(Boolean(words)));
  };
  return { ...made, element, complain, step };
}

/** Radio tiles, each with the key that takes it. */
function keyedTiles(form, step, options) {
  const given = form.answers[step.id];
  const inputs = options.map(({ value }) => {
    const input = make("input", { type: "radio", name: `q-${step.id}`, value: value ?? "" });
    input.checked = step.id in form.answers && (given ?? null) === value;
    input.answer = value;
    return input;
  });
  const signs = options.map(({ value }, place) => (value === null ? "0" : SIGNS[place]));
  const tiles = options.map(({ label }, place) =>
    make("label", { class: "tile tile--keyed" }, inputs[place], make("span", {}, signs[place] ? make("kbd", {}, signs[place]) : "", ` ${label}`)),
  );
  const element = make("div", { class: "tiles tiles--row", onchange: () => form.changed(step) }, ...tiles);
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    // By the key's place: with Japanese input on, `key` says nothing.
    const sign = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? event.key;
    const place = signs.indexOf(sign);
    if (place < 0) return;
    event.preventDefault();
    inputs[place].checked = true;
    form.changed(step);
    form.next(inputs[place]);
  });
  const answer = () => inputs.find((input) => input.checked)?.answer;
  return { element, field: inputs[0], answer, isGroup: true };
}

function choiceQuestion(form, step) {
  const skip = step.required ? [] : [{ value: null, label: form.say("skip") }];
  return keyedTiles(form, step, [...step.options, ...skip]);
}

function urgentQuestion(form, step) {
  const list = make("ul", { class: "intake-phones" });
  const chosen = keyedTiles(form, step, [
    { value: "called", label: form.say("called") },
    { value: "not_urgent", label: form.say("notUrgent") },
  ]);
  let shown = "";
  const refresh = () => {
    const phones = phonesOf(form.data, step, form.answers, form.way, form.now());
    const now = JSON.stringify(phones);
    if (now === shown) return;
    shown = now;
    list.replaceChildren(...phones.map(({ name, number, hours }) =>
      make("li", {}, `${name} `, make("a", { class: "strong number intake-phone", href: `tel:${number.replace("#", "%23")}` }, number), hours ? ` ${hours}` : ""),
    ));
  };
  return { ...chosen, refresh, element: make("div", { class: "stack stack--small intake-urgent" }, list, chosen.element) };
}

function textQuestion(form, step) {
  const long = step.max > LONG_TEXT;
  const input = make(long ? "textarea" : "input", { class: "input", id: form.fieldId(step), rows: long && "3", type: !long && "text", autocomplete: "off" });
  input.value = form.answers[step.id] ?? "";
  const left = make("p", { class: "field__count", "aria-live": "polite" });
  const count = () => {
    const room = step.max - [...input.value].length;
    left.textContent = room < 0 ? form.say("over", { n: -room }) : room <= step.max / 5 ? form.say("room", { n: room }) : "";
    left.classList.toggle("field__count--over", room < 0);
  };
  input.addEventListener("input", () => {
    count();
    form.changed(step);
  });
  count();
  return { element: make("div", {}, input, left), field: input, answer: () => input.value.trim() || undefined };
}

function numberQuestion(form, step) {
  const input = make("input", { class: "input input--short", id: form.fieldId(step), type: "text", inputmode: "decimal", maxlength: "30", autocomplete: "off", oninput: () => form.changed(step) });
  input.value = form.answers[step.id] ?? "";
  const element = make("div", { class: "field__row" }, input, step.unit ? make("span", {}, step.unit) : "");
  return { element, field: input, answer: () => input.value.trim() || undefined };
}

function momentQuestion(form, step) {
  const given = form.answers[step.id] ?? "";
  const field = (type, value) => {
    const input = make("input", { class: "input input--middle", type, "aria-label": form.data.words[type === "date" ? "day" : "time"] ?? "", oninput: () => form.changed(step) });
    input.value = value;
    return input;
  };
  const day = field("date", step.mode === "time" ? "" : given.slice(0, 10));
  const time = field("time", step.mode === "time" ? given : given.slice(11, 16));
  const shown = { date: [day], time: [time], datetime: [day, time] }[step.mode];
  const answer = () => {
    if (step.mode === "time") return time.value || undefined;
    if (!day.value) return undefined;
    return step.mode === "datetime" && time.value ? `${day.value}T${time.value}` : day.value;
  };
  return { element: make("div", { class: "field__row" }, ...shown), field: shown[0], answer, isGroup: true };
}
