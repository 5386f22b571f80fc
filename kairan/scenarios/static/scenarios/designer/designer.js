// SPDX-License-Identifier: Apache-2.0
// The designer's page: arranging by buttons, keys and drag; one form open at a time, and nothing
// that is typed into it lost.

import { startCounting } from "./counting.js";
import { startDragging } from "./dragging.js";
import { say, words } from "./words.js";

const editor = () => document.getElementById("editor");
const openForm = () => document.querySelector("form[data-step-form]");

function isUnsaved(form) {
  return Boolean(form) && "changed" in form.dataset;
}

/** False while a form is half written: it says so, and gets the focus. */
function mayGoOn() {
  const form = openForm();
  if (!isUnsaved(form)) return true;
  say(words("unsaved", { name: form.dataset.name }));
  form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  form.scrollIntoView({ block: "nearest" });
  return false;
}

/** Asks the server to arrange the steps; `more` goes with it. */
export function arrange(doing, more = {}) {
  const work = editor();
  if (!work || !mayGoOn()) return;
  const values = { do: doing, seen: work.dataset.revision, ...more };
  window.htmx.ajax("POST", work.dataset.designer, { target: "#editor", swap: "outerHTML", values });
}

function postForm(form, doing) {
  const values = { ...Object.fromEntries(plainValues(form)), do: doing };
  window.htmx.ajax("POST", form.getAttribute("action"), { source: form, target: "#editor", swap: "outerHTML", values });
}

function plainValues(form) {
  // htmx adds the form's own values, lists too, because the form is the source.
  return [...new FormData(form)].filter(([name]) => name === "seen");
}

function onClick(event) {
  const target = event.target;
  const arranging = target.closest("[data-arrange]");
  if (arranging) {
    event.preventDefault();
    arrange(arranging.value);
    return;
  }
  const doing = target.closest("[data-form-do]");
  if (doing) {
    event.preventDefault();
    doing.form.dataset.changed = "";
    postForm(doing.form, doing.value);
    return;
  }
  const close = target.closest("[data-form-close], [data-add-close]");
  if (close && editor()) {
    event.preventDefault();
    shut(close);
    return;
  }
  const mark = target.closest("[data-flow-step]");
  if (mark && editor()) {
    event.preventDefault();
    show(mark.dataset.flowStep);
  }
}

function shut(inside) {
  const step = inside.closest("[data-step]");
  inside.closest(".step__form, [id^='add-place-']").replaceChildren();
  step?.querySelector("[data-edit]")?.focus();
}

/** Brings a step of the list into view and marks it there and in the diagram. */
function show(id) {
  const step = document.getElementById(`step-${id}`);
  if (!step) return;
  for (const old of document.querySelectorAll(".is-marked")) old.classList.remove("is-marked");
  step.classList.add("is-marked");
  document.querySelector(`[data-flow-step="${CSS.escape(id)}"]`)?.classList.add("is-marked");
  step.scrollIntoView({ block: "center" });
  step.querySelector("[data-edit]")?.focus({ preventScroll: true });
}

function onKey(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const step = event.target.closest?.("[data-step]");
  if (!step || event.target.closest("form[data-step-form]")) return;
  event.preventDefault();
  arrange(`${event.key === "ArrowUp" ? "up" : "down"}:${step.dataset.step}`);
}

function onInput(event) {
  const form = event.target.closest?.("form[data-step-form]");
  if (form) form.dataset.changed = "";
}

function onChange(event) {
  const field = event.target;
  if (field.matches?.("[data-refresh]") && field.form) postForm(field.form, "refresh");
}

// Another step's form opens only when the one that is open can go; then it does.
document.addEventListener("htmx:beforeRequest", (event) => {
  const from = event.detail.elt;
  if (!from.matches?.("[data-edit], [hx-get*='/add/']")) return;
  if (!mayGoOn()) {
    event.preventDefault();
    return;
  }
  for (const form of document.querySelectorAll("form[data-step-form], form[data-add]")) {
    form.parentElement.replaceChildren();
  }
  from.closest("details.menu")?.removeAttribute("open");
});

// Somebody else's news wait while one writes.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, target } = event.detail;
  if (target?.id === "editor" && elt?.dataset?.live && openForm()) event.detail.shouldSwap = false;
});

// The diagram begins with its first step in the middle, and stays where it was scrolled to.
let seenAt = null;

function keepDiagramInView() {
  const canvas = document.querySelector("[data-flow]");
  if (!canvas) return;
  const first = canvas.querySelector("rect");
  const middle = first ? Number(first.getAttribute("x")) + Number(first.getAttribute("width")) / 2 : 0;
  canvas.scrollLeft = seenAt ? seenAt.left : middle - canvas.clientWidth / 2;
  canvas.scrollTop = seenAt?.top ?? 0;
  canvas.addEventListener("scroll", () => (seenAt = { left: canvas.scrollLeft, top: canvas.scrollTop }));
}

// `#step-…` in the address, and links to steps: the step is marked.
function showAddressed() {
  if (location.hash.startsWith("#step-")) show(decodeURIComponent(location.hash.slice(6)));
}

window.addEventListener("beforeunload", (event) => {
  if (isUnsaved(openForm())) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-step-form]") && !editor()) delete event.target.dataset.changed;
});
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("input", onInput);
document.addEventListener("change", onChange);
window.addEventListener("hashchange", showAddressed);
document.body.addEventListener("htmx:load", (event) => {
  if (event.target.id === "editor") keepDiagramInView();
});
keepDiagramInView();
showAddressed();
startCounting();
startDragging((step, after) => arrange(`move:${step}`, { after }));
