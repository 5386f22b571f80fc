// SPDX-License-Identifier: Apache-2.0
// <form data-scenario-form data-mode="steps|page">: a scenario's questions, filled in by hand.
// "steps": one question at a time; "page": all that apply, shown and hidden as one types.
// The form sends the hidden field `answers` (JSON by step id). `scenario:change` tells of every
// answer: detail {answers, end}. A page that wants more imports startForm and gives options.

import { startPage } from "./page.js";
import { startSteps } from "./steps.js";
import { factsOf, townTime, walk } from "./walk.js";

export class ScenarioForm {
  constructor(element, options = {}) {
    this.element = element;
    this.options = options;
    this.id = element.id || "scenario-form";
    this.data = readJson(element, "data");
    this.answers = readJson(element, "answers") ?? {};
    this.problems = readJson(element, "problems") ?? {};
    this.urls = element.querySelector("[data-form-urls]").dataset;
    this.stage = element.querySelector("[data-form-stage]");
    this.hidden = element.querySelector("input[name=answers]");
    this.icons = element.querySelector("template[data-form-icons]").content;
    this.photos = new Map();
    this.makers = new Map(); // step id → the question as it stands on the page
    Object.assign(this, options.restored ?? {});
  }

  now() {
    return townTime(new Date(), this.data.town.timezone);
  }

  walk(more = {}) {
    return walk(this.data, this.answers, this.now(), more);
  }

  /** The answered questions before a step, for what depends on them. */
  wayBefore(id) {
    const { way } = this.walk({ passing: true });
    return way.slice(0, Math.max(way.indexOf(id), 0));
  }

  facts() {
    const { way } = this.walk({ passing: true });
    return factsOf(this.data, this.answers, way, this.now());
  }

  icon(name) {
    const drawn = this.icons.querySelector(`[data-icon="${name}"] svg`);
    return drawn ? drawn.cloneNode(true) : "";
  }

  fieldId(step) {
    return `${this.id}-${step.id}`;
  }

  /** Reads the question's field; a step whose field is empty counts as not answered. */
  changed(step) {
    const answer = this.makers.get(step.id)?.answer();
    if (answer === undefined) delete this.answers[step.id];
    else this.answers[step.id] = answer;
    delete this.problems[step.id];
    this.tell(step);
  }

  tell(step) {
    const { end } = this.walk();
    this.hidden.value = JSON.stringify(this.given());
    const detail = { answers: this.answers, end, step: step?.id ?? null };
    this.element.dispatchEvent(new CustomEvent("scenario:change", { bubbles: true, detail }));
  }

  /** What is sent: the way's answers; what may stay empty and is, counts as skipped. */
  given() {
    const { way } = this.walk({ passing: true });
    const found = {};
    for (const id of way) {
      if (id in this.answers) found[id] = this.answers[id];
      else if (!this.data.steps[id].required) found[id] = null;
    }
    return found;
  }

  async addPhoto(photo) {
    await this.options.addPhoto?.(photo, this);
    this.photos.set(photo.id, photo);
  }

  dropPhoto(id) {
    const photo = this.photos.get(id);
    if (photo) URL.revokeObjectURL(photo.url);
    this.photos.delete(id);
    this.options.dropPhoto?.(id, this);
  }

  /** Server's words: shown at their steps; nothing that was typed is lost. */
  refuse(problems) {
    this.problems = problems;
    this.show(Object.keys(problems)[0]);
  }
}

function readJson(element, name) {
  const block = element.querySelector(`[data-form-${name}] > div`);
  return block?.textContent ? JSON.parse(block.textContent) : null;
}

const started = new WeakMap();

/** Once per form; the form itself comes back the second time. */
export function startForm(element, options = {}) {
  if (started.has(element)) return started.get(element);
  const form = new ScenarioForm(element, options);
  started.set(element, form);
  const start = element.dataset.mode === "page" ? startPage : startSteps;
  start(form);
  element.dataset.formReady = "";
  return form;
}

// A page that starts its form itself says so with data-mode and data-form-own.
for (const element of document.querySelectorAll("[data-scenario-form]:not([data-form-own])")) startForm(element);
