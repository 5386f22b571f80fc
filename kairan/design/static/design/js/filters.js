// SPDX-License-Identifier: Apache-2.0
// <form data-filters method="get">: sends itself when a choice changes. Without JavaScript the
// button does it. Empty fields stay out of the address; kana that are not yet kanji are not sent.

const TYPING_MS = 350;
const known = new WeakSet();

function isEmpty(value) {
  return typeof value === "string" && value.trim() === "";
}

/** Takes empty fields out of a plain submission (the form data the browser is about to send). */
function dropEmpty(event) {
  for (const [name, value] of [...event.formData.entries()]) {
    if (isEmpty(value) && event.formData.getAll(name).every(isEmpty)) event.formData.delete(name);
  }
}

function watch(form) {
  let timer;
  let sent = new URLSearchParams(new FormData(form)).toString();
  const send = () => {
    clearTimeout(timer);
    const now = new URLSearchParams(new FormData(form)).toString();
    if (now === sent) return;
    sent = now;
    form.requestSubmit();
  };
  const later = (event) => {
    if (event.isComposing || !event.target.matches("input[type=search], input[type=text]")) return;
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_MS);
  };
  form.addEventListener("change", send);
  form.addEventListener("input", later);
  form.addEventListener("compositionend", later);
  form.addEventListener("formdata", dropEmpty);
  form.addEventListener("htmx:configRequest", ({ detail }) => {
    for (const name of Object.keys(detail.parameters)) {
      if (isEmpty(detail.parameters[name])) delete detail.parameters[name];
    }
  });
  form.querySelector("[data-filters-submit]")?.classList.add("visually-hidden");
}

export function attach(root) {
  const forms = [...root.querySelectorAll("form[data-filters]")];
  if (root.matches("form[data-filters]")) forms.push(root);
  for (const form of forms) {
    if (known.has(form)) continue;
    known.add(form);
    watch(form);
  }
}
