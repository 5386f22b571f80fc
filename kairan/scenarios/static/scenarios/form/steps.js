// SPDX-License-Identifier: Apache-2.0
// One question at a time, back and forth, then everything at a glance before it is sent.
// options: extras(form) → [{id, heading, build() → {element, field}, read() → problem or null,
// shown()}] asked before the summary; after(step, form) → promise, before going on from a step;
// send(form) → promise, instead of the form's own submit; showing(form, id).

import { make } from "../../design/js/words.js";
import { isEmpty, problemOf, say, shown } from "./answers.js";
import { needMark, problemLine } from "./marks.js";
import { phoneLine, questionOf } from "./questions.js";
import { authorityOf } from "./walk.js";

const SUMMARY = "!summary";

export function startSteps(form) {
  const { data, stage, options } = form;
  let at = form.screen ?? null; // id of the screen: a step, an extra or the summary
  let changing = false;
  let busy = false;

  const extras = () => (options.extras?.(form) ?? []);
  const stepOf = (id) => data.steps[id];

  /** The screens of the way as it stands: what is answered, what comes, and the summary. */
  function screens() {
    const gone = form.walk();
    const ids = [...gone.way];
    if (gone.at && !ids.includes(gone.at)) ids.push(gone.at);
    if (gone.end) ids.push(...(isReport(gone.end) ? extras().map(({ id }) => id) : []), SUMMARY);
    return { ids, ...gone };
  }

  function isReport(end) {
    return end.outcome.type === "report" || end.outcome.type === "answers";
  }

  function total() {
    const { way, end } = form.walk({ passing: true });
    return way.length + (end && isReport(end) ? extras().length : 0) + 1;
  }

  form.show = (id) => {
    const { ids } = screens();
    at = ids.includes(id) || data.steps[id] ? id : ids.at(-1);
    form.screen = at;
    draw();
  };

  function draw({ first = false } = {}) {
    form.makers.clear();
    const built = at === SUMMARY ? summary() : extraOf(at) ? extra(extraOf(at)) : question(stepOf(at));
    stage.replaceChildren(progress(), ...built);
    options.showing?.(form, at);
    const heading = stage.querySelector("h1");
    if (first || !heading) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  const extraOf = (id) => extras().find((one) => one.id === id);

  function progress() {
    const n = Math.max(screens().ids.indexOf(at) + 1, 1);
    const of = Math.max(total(), n);
    const words = say(data, "progress", { n, of });
    const bar = make("progress", { class: "progress__bar", max: String(of), value: String(n), "aria-label": words });
    return make("div", { class: "progress" }, bar, make("p", { class: "progress__words" }, words));
  }

  function title(words) {
    return make("h1", { tabindex: "-1", id: `${form.id}-title`, class: "form-title" }, words);
  }

  // ── a question ──

  function question(step) {
    const made = questionOf(form, step);
    form.makers.set(step.id, made);
    const { said, again } = screens();
    const before = (said[step.id] ?? []).map((text) => make("p", { class: "form-said" }, text));
    const heading = title(step.text);
    if (!step.required && step.type !== "photos") heading.append(" ", needMark(form, step));
    const parts = [heading];
    if (step.hint) parts.push(make("p", { class: "field__hint", id: `${form.id}-hint` }, step.hint));
    const wrong = form.problems[step.id] ?? (again && screens().at === step.id ? say(data, "twice") : null);
    if (wrong) parts.push(problemLine(form, step, made, wrong));
    const group = make(made.isGroup ? "div" : "div", { class: "field", role: made.isGroup && "group", "data-step": step.id });
    if (made.isGroup) group.setAttribute("aria-labelledby", heading.id);
    else made.field.setAttribute("aria-labelledby", heading.id);
    group.append(...parts, made.element);
    return [...before, group, buttons()];
  }

  function extra(one) {
    const built = one.build();
    const group = make("div", { class: "field", "data-step": one.id }, title(one.heading), built.element);
    return [group, buttons()];
  }

  function buttons(forward = say(data, "next"), icon = "next") {
    const next = make("button", { type: "submit", class: "button button--primary button--large button--wide", "data-form-next": true });
    next.append(forward, form.icon(icon));
    const back = make("button", { type: "button", class: "button button--large button--wide", "data-form-back": true, onclick: goBack });
    back.append(form.icon("back"), say(data, "back"));
    const isFirst = screens().ids.indexOf(at) <= 0;
    return make("div", { class: "form-buttons" }, next, isFirst ? "" : back);
  }

  function complain(text) {
    const step = stepOf(at);
    stage.querySelector(".field__error")?.remove();
    const group = stage.querySelector("[data-step]");
    const made = form.makers.get(at) ?? { field: group.querySelector("input, textarea") };
    const line = problemLine(form, step ?? { id: at.replace("!", "") }, made, text);
    group.insertBefore(line, group.querySelector("h1").nextSibling);
    line.scrollIntoView({ block: "center" });
    made.field?.focus({ preventScroll: true });
  }

  // ── back and forth ──

  async function goOn() {
    if (busy) return;
    if (at === SUMMARY) return send();
    const one = extraOf(at);
    const problem = one ? one.read() : problemHere();
    if (problem) return complain(problem);
    busy = true;
    try {
      if ((await options.after?.(stepOf(at) ?? one, form)) === "stay") return;
    } finally {
      busy = false;
    }
    turn(following());
  }

  function problemHere() {
    const step = stepOf(at);
    const answer = form.answers[at];
    const chosen = ["choice", "contact", "urgent"].includes(step.type);
    if (chosen && !(at in form.answers)) return say(data, "choose");
    const problem = problemOf(data, step, answer, form.now());
    if (!problem && isEmpty(answer)) form.answers[at] = null;
    if (!problem) form.tell(step);
    return problem;
  }

  function following() {
    const { ids } = screens();
    if (changing && ids.includes(SUMMARY)) return SUMMARY;
    return ids[ids.indexOf(at) + 1] ?? ids.at(-1);
  }

  function turn(id) {
    if (id === SUMMARY) changing = false;
    if (id === at) return form.show(id);
    history.pushState({ scenarioForm: id }, "");
    form.show(id);
  }

  function goBack() {
    const { ids } = screens();
    const before = ids[ids.indexOf(at) - 1];
    if (before) turn(before);
  }

  window.addEventListener("popstate", (event) => {
    const id = event.state?.scenarioForm;
    if (id && screens().ids.includes(id)) form.show(id);
  });

  // ── the end ──

  function summary() {
    const { way, end, said, head } = screens();
    const parting = (said[end.id] ?? []).map((text) => make("p", { class: "form-said" }, text));
    if (!isReport(end)) return [...parting, ...handedOver(end, way)];
    const rows = way.filter((id) => stepOf(id).type !== "urgent").map((id) => row(stepOf(id).heading, shown(data, stepOf(id), form.answers[id]), id));
    for (const one of extras()) if (one.shown) rows.push(row(one.heading, one.shown(), one.id));
    const list = make("dl", { class: "form-summary" }, ...rows);
    const pictures = way.flatMap((id) => (stepOf(id).type === "photos" ? form.answers[id] ?? [] : []));
    const photos = make("ul", { class: "form-photos" }, ...pictures.filter((id) => form.photos.has(id)).map((id, i) => make("li", {}, make("img", { src: form.photos.get(id).url, alt: say(data, "photo", { n: i + 1 }) }))));
    const foot = make("div", { "data-form-foot": true });
    const send_ = buttons(say(data, "send"), "send");
    return [...parting, title(head || say(data, "summary")), list, pictures.length ? photos : "", foot, send_];
  }

  function row(name, value, id) {
    const change = make("button", { type: "button", class: "button button--small" });
    change.append(form.icon("edit"), say(data, "change"), make("span", { class: "visually-hidden" }, ` ${name}`));
    change.addEventListener("click", () => {
      changing = true;
      turn(id);
    });
    return make("div", { class: "form-summary__row" }, make("dt", {}, name), make("dd", {}, value), make("dd", { class: "form-summary__change" }, change));
  }

  /** Another authority's business, or nobody's: there is nothing to send. */
  function handedOver(end, way) {
    const back = make("button", { type: "button", class: "button button--large button--wide", onclick: goBack });
    back.append(form.icon("back"), say(data, "back"));
    if (end.outcome.type !== "handed_over") return [title(end.text ?? say(data, "thanks")), back];
    const phone = authorityOf(data, end, form.answers, way, form.now());
    const phones = phone.number ? [phone] : data.town.directory.town ? [data.town.directory.town] : [];
    return [
      title(say(data, "handedOver", { authority: phone.name })),
      end.text ? make("p", { class: "form-said" }, end.text) : "",
      make("ul", { class: "form-phones" }, ...phones.map((one) => phoneLine(form, one))),
      back,
    ];
  }

  async function send() {
    form.tell();
    if (!options.send) return form.element.submit();
    busy = true;
    const button = stage.querySelector("[data-form-next]");
    button.setAttribute("aria-busy", "true");
    try {
      await options.send(form);
    } finally {
      busy = false;
      button.removeAttribute("aria-busy");
    }
  }

  form.element.addEventListener("submit", (event) => {
    event.preventDefault();
    goOn();
  });
  const { ids } = screens();
  if (!at || !ids.includes(at)) at = Object.keys(form.problems)[0] ?? ids[0];
  form.screen = at;
  history.replaceState({ scenarioForm: at }, "");
  draw({ first: true });
}
