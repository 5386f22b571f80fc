// SPDX-License-Identifier: Apache-2.0
// All questions that apply on one page: for staff who type while somebody talks.

import { make } from "../../design/js/words.js";
import { problemOf } from "./answers.js";
import { needMark, problemLine } from "./marks.js";
import { questionOf } from "./questions.js";

export function startPage(form) {
  const shown = new Map(); // step id → its block, kept while another way is tried

  function block(step) {
    if (shown.has(step.id)) return shown.get(step.id);
    const question = questionOf(form, step);
    form.makers.set(step.id, question);
    const group = question.isGroup;
    const title = group
      ? make("legend", { class: "field__label" }, step.text, " ", needMark(form, step))
      : make("label", { class: "field__label", for: question.field.id }, step.text, " ", needMark(form, step));
    const hint = step.hint ? make("p", { class: "field__hint" }, step.hint) : "";
    const element = make(group ? "fieldset" : "div", { class: "field", "data-step": step.id }, title, hint, question.element);
    shown.set(step.id, element);
    return element;
  }

  function draw() {
    const { way, said, end } = form.walk({ passing: true });
    const wanted = [];
    for (const id of way) {
      if (form.data.steps[id].type === "photos" && !form.urls.upload) continue;
      if (said[id]?.length) wanted.push(make("p", { class: "field__hint form-said" }, said[id].join("\n")));
      wanted.push(block(form.data.steps[id]));
    }
    if (end && said[end.id]?.length) wanted.push(make("p", { class: "field__hint form-said" }, said[end.id].join("\n")));
    settle(form.stage, wanted);
    for (const id of way) complain(id, form.problems[id]);
  }

  function complain(id, text) {
    const element = shown.get(id);
    element?.querySelector(":scope > .field__error")?.remove();
    const question = form.makers.get(id);
    question?.field?.removeAttribute("aria-invalid");
    if (text && element) element.insertBefore(problemLine(form, form.data.steps[id], question, text), question.element);
  }

  form.element.addEventListener("scenario:change", draw);
  form.element.addEventListener("focusout", (event) => {
    const id = event.target.closest("[data-step]")?.dataset.step;
    if (!id || !(id in form.answers) || event.relatedTarget?.closest(`[data-step="${id}"]`)) return;
    complain(id, problemOf(form.data, form.data.steps[id], form.answers[id], form.now()));
  });
  form.show = (id) => {
    draw();
    const block_ = id && shown.get(id);
    if (block_) {
      block_.scrollIntoView({ block: "center" });
      form.makers.get(id)?.field?.focus();
    }
  };
  form.show(Object.keys(form.problems)[0]);
  form.tell();
}

/** The children wanted, in order, without moving what stands right: the focus stays. */
function settle(stage, wanted) {
  const kept = new Set(wanted);
  for (const child of [...stage.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, place) => {
    if (stage.children[place] !== element) stage.insertBefore(element, stage.children[place] ?? null);
  });
}
