// SPDX-License-Identifier: Apache-2.0
// 「この端末の通知」: how it stands, on and off by a tap, and a push to try.

import { trial, turnOff, turnOn } from "./push.js";

const given = JSON.parse(document.getElementById("community-app").textContent);
const place = document.querySelector("[data-device]");
const TRIAL_MS = 20_000;
let waiting = 0;

function show(state) {
  place.dataset.device = state;
  for (const one of place.querySelectorAll("[data-when]")) {
    one.hidden = !one.dataset.when.split(" ").includes(state);
  }
}

function tell(name) {
  for (const one of place.querySelectorAll("[data-trial]")) one.hidden = one.dataset.trial !== name;
}

async function act(button, work) {
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch {
    show("unknown");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

const ways = {
  on: async () => show(await turnOn(given)),
  off: async () => {
    await turnOff(given);
    show("off");
    tell("");
  },
  trial: async () => {
    tell("waiting");
    clearTimeout(waiting);
    waiting = setTimeout(() => tell("lost"), TRIAL_MS);
    if (!(await trial(given))) {
      clearTimeout(waiting);
      tell("lost");
    }
  },
};

document.addEventListener("kairan:push-state", ({ detail }) => show(detail.state));
document.addEventListener("kairan:pushed", ({ detail }) => {
  if (detail.tag !== "trial") return;
  clearTimeout(waiting);
  tell("came");
});
place.addEventListener("click", (event) => {
  const button = event.target.closest("[data-push]");
  if (button) act(button, ways[button.dataset.push]);
});
if (document.body.dataset.pushState) show(document.body.dataset.pushState);
