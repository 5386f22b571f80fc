// SPDX-License-Identifier: Apache-2.0
// The preview's web form: it starts after each fragment, with what was answered before the draft
// changed, and sends nothing. (The phone needs no module: it is a form that htmx sends.)

import { startForm } from "../scenarios/form/form.js";

let before = null; // {answers, screen} of the form that stood here

function start(root) {
  const element = root.querySelector?.("form[data-preview-form]");
  if (!element) return;
  const sent = element.parentElement.querySelector("[data-preview-sent]");
  const restored = before ? { answers: before.answers, screen: before.screen } : {};
  const form = startForm(element, {
    restored,
    send: async () => {
      sent.hidden = false;
    },
  });
  before = form;
}

start(document);
document.body.addEventListener("htmx:load", (event) => start(event.target));
document.body.addEventListener("htmx:afterSwap", () => {
  const talk = document.querySelector("#preview .talk");
  if (talk) talk.scrollTop = 0; // its flow is reversed: 0 is the newest
});
