// SPDX-License-Identifier: Apache-2.0
// The one entry: small things at once, the rest when a page shows that it needs them.

import { startDialogs } from "./dialog.js";
import { startTextSize } from "./textsize.js";
import { startToasts } from "./toast.js";

// module → what in a page calls for it; each exports attach(root), safe to call twice
const parts = [
  ["[data-map]", () => import("./map.js")],
  ["[data-photo]", () => import("./photo.js")],
  ["[data-keys], [data-keys-on]", () => import("./keys.js")],
  ["form[data-filters]", () => import("./filters.js")],
  ["[data-draft], [data-count]", () => import("./drafts.js")],
  ["[data-copy]", () => import("./copy.js")],
];

async function attach(root) {
  root.querySelector("[data-focus-first]")?.focus();
  const needed = parts.filter(([selector]) => root.matches(selector) || root.querySelector(selector));
  const modules = await Promise.all(needed.map(([, load]) => load()));
  await Promise.all(modules.map((module) => module.attach(root)));
}

startDialogs();
startTextSize();
startToasts();
attach(document.body).then(() => (document.body.dataset.ready = "")); // tests wait for it
document.body.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) attach(event.target);
});
if (document.body.dataset.stream) import("./live.js").then((module) => module.startLive());
