// SPDX-License-Identifier: Apache-2.0
// Short messages about what was just done. From the server: HX-Trigger {"toast": {"text", "undo"}}.
// One with a way back stays until it is closed or the next comes: nobody has to hurry.

import { make, words } from "./words.js";

const STAYS_MS = 8000;

function place() {
  return document.querySelector("[data-toasts]");
}

function undoButton(url, toast) {
  const undo = () => {
    toast.remove();
    if (typeof url === "function") return url();
    return window.htmx.ajax("POST", url, { source: document.body, target: document.body, swap: "none" });
  };
  return make("button", { type: "button", class: "toast__button", onclick: undo }, words("undo"));
}

function leaveLater(toast) {
  let timer;
  const stay = () => clearTimeout(timer);
  const go = () => {
    stay();
    timer = setTimeout(() => toast.remove(), STAYS_MS);
  };
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, go);
  go();
}

/** Shows `text`; `undo` takes it back: an address for a POST, or a function. */
export function showToast({ text, undo = "" }) {
  const box = place();
  if (!box || !text) return;
  const toast = make("div", { class: "toast" }, make("span", { class: "toast__text" }, text));
  if (undo) toast.append(undoButton(undo, toast));
  const close = { type: "button", class: "toast__button toast__button--close" };
  toast.append(make("button", { ...close, onclick: () => toast.remove() }, words("close")));
  box.replaceChildren(toast);
  if (!undo) leaveLater(toast);
}

function onClick(event) {
  const button = event.target.closest("[data-toast]");
  if (button) showToast({ text: button.dataset.toast, undo: button.dataset.toastUndo });
}

export function startToasts() {
  document.addEventListener("click", onClick);
  document.body.addEventListener("toast", (event) => showToast(event.detail));
  document.body.addEventListener("htmx:sendError", () => showToast({ text: words("requestFailed") }));
  document.body.addEventListener("htmx:responseError", () =>
    showToast({ text: words("requestRefused") }),
  );
}
