// SPDX-License-Identifier: Apache-2.0
// The control of each kind of question. Each maker gets the form and the step, and gives
// {element, answer(): what stands in it, field: what gets the focus}; whatever changes calls form.changed(step).

import { make } from "../../design/js/words.js";
import { say } from "./answers.js";
import { photosQuestion } from "./photos.js";
import { positionQuestion } from "./position.js";
import { bound, phonesOf } from "./walk.js";

const LONG_TEXT = 60;

const makers = {
  choice: choiceQuestion,
  text: textQuestion,
  number: numberQuestion,
  datetime: momentQuestion,
  photos: photosQuestion,
  position: positionQuestion,
  contact: contactQuestion,
  urgent: urgentQuestion,
};

export function questionOf(form, step) {
  return makers[step.type](form, step);
}

/** Beside words that say the same; one that does not come leaves no gap. */
function picture(src) {
  const image = make("img", { class: "tile__picture", src, alt: "" });
  image.addEventListener("error", () => image.remove());
  return image;
}

/** Radio tiles; an option without a value answers null: skipped. */
function tiles(form, step, options) {
  const name = `${form.id}-${step.id}`;
  const given = form.answers[step.id];
  const inputs = options.map(({ value }) => {
    const chosen = step.id in form.answers && (given ?? null) === value;
    const input = make("input", { type: "radio", name, value: value ?? "", checked: chosen });
    input.answer = value;
    return input;
  });
  const element = make(
    "div",
    { class: options.length > 6 ? "tiles tiles--row" : "tiles", onchange: () => form.changed(step) },
    ...options.map(({ label, image }, i) =>
      make("label", { class: "tile" }, inputs[i], ...(image ? [picture(image)] : []), make("span", {}, label)),
    ),
  );
  const answer = () => inputs.find((input) => input.checked)?.answer;
  return { element, field: inputs.find((input) => input.checked) ?? inputs[0], answer, isGroup: true };
}

function choiceQuestion(form, step) {
  const skip = step.required ? [] : [{ value: null, label: say(form.data, "unknown") }];
  return tiles(form, step, [...step.options, ...skip]);
}

function contactQuestion(form, step) {
  return tiles(form, step, [
    { value: "wanted", label: say(form.data, "wanted") },
    { value: null, label: say(form.data, "noContact") },
  ]);
}

function urgentQuestion(form, step) {
  const phones = phonesOf(form.data, step, form.answers, form.wayBefore(step.id), form.now());
  const chosen = tiles(form, step, [
    { value: "called", label: say(form.data, "called") },
    { value: "not_urgent", label: say(form.data, "notUrgent") },
  ]);
  const list = make("ul", { class: "form-phones" }, ...phones.map((phone) => phoneLine(form, phone)));
  return { ...chosen, element: make("div", { class: "stack" }, list, chosen.element) };
}

export function phoneLine(form, { name, number, hours }) {
  const call = make("a", { class: "button button--large button--wide", href: `tel:${number.replace("#", "%23")}` });
  call.append(form.icon("phone"), `${name} ${number}`);
  return make("li", {}, call, hours ? make("span", { class: "field__hint" }, hours) : "");
}

function textQuestion(form, step) {
  const long = step.max > LONG_TEXT;
  const input = make(long ? "textarea" : "input", {
    class: "input", id: form.fieldId(step), maxlength: String(step.max + 500), rows: long && "4",
    type: !long && "text", oninput: () => changed(),
  });
  input.value = form.answers[step.id] ?? "";
  const left = make("p", { class: "field__count", "aria-live": "polite" });
  function changed() {
    const room = step.max - [...input.value].length;
    left.textContent = room <= Math.max(20, step.max / 5) ? say(form.data, "left", { n: room }) : "";
    left.classList.toggle("field__count--over", room < 0);
    form.changed(step);
  }
  return { element: make("div", {}, input, left), field: input, answer: () => input.value.trim() || undefined };
}

function numberQuestion(form, step) {
  const input = make("input", {
    class: "input input--short", id: form.fieldId(step), type: "text", maxlength: "30",
    inputmode: step.decimals ? "decimal" : "numeric", oninput: () => form.changed(step),
  });
  input.value = form.answers[step.id] ?? "";
  const unit = step.unit ? make("span", {}, step.unit) : "";
  const element = make("div", { class: "field__row" }, input, unit);
  return { element, field: input, answer: () => input.value.trim() || undefined };
}

function momentQuestion(form, step) {
  const [givenDay, givenTime] = parts(form.answers[step.id] ?? "", step.mode);
  const now = form.now();
  const limit = (name) => bound(step[name], "date", now)?.slice(0, 10);
  const id = form.fieldId(step);
  const day = make("input", {
    class: "input input--middle", id, type: "date", value: givenDay,
    min: step.mode !== "time" && limit("min"), max: step.mode !== "time" && limit("max"),
    oninput: () => form.changed(step),
  });
  const time = make("input", {
    class: "input input--middle", id: `${id}-time`, type: "time", value: givenTime,
    oninput: () => form.changed(step),
  });
  const rows = [];
  if (step.mode !== "time") rows.push(labelled(say(form.data, "day"), day));
  if (step.mode !== "date") rows.push(labelled(say(form.data, "time"), time));
  if (step.mode === "datetime") rows.push(make("p", { class: "field__hint" }, say(form.data, "timeUnknown")));
  const answer = () => {
    if (step.mode === "time") return time.value || undefined;
    if (!day.value) return undefined;
    return step.mode === "datetime" && time.value ? `${day.value}T${time.value}` : day.value;
  };
  const field = step.mode === "time" ? time : day;
  return { element: make("div", { class: "stack stack--small" }, ...rows), field, answer, isGroup: true };
}

function parts(given, mode) {
  if (mode === "time") return ["", given];
  return [given.slice(0, 10), given.slice(11, 16)];
}

function labelled(words, input) {
  return make("p", {}, make("label", { class: "field__label", for: input.id }, words), input);
}
