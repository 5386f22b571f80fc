// SPDX-License-Identifier: Apache-2.0
// <a data-photo="group" data-caption href="large image">: opens the photos of the group in a
// viewer. Arrow keys turn, + and − zoom, 0 fits, Esc closes. Without JavaScript it is a link.

import { make, words } from "./words.js";

const ZOOMS = [1, 1.5, 2, 3, 4, 6];
let viewer = null;
let links = [];
let at = 0;
let zoom = 0;

function button(name, act) {
  return make("button", { type: "button", class: "viewer__button", onclick: act }, words(name));
}

function build() {
  const image = make("img", { class: "viewer__image", alt: "" });
  const stage = make("div", { class: "viewer__stage", tabindex: "0" }, image);
  const caption = make("p", { id: "viewer-caption", role: "status" });
  const close = button("close", () => dialog.close());
  const parts = {
    previous: button("previous", () => turn(-1)),
    next: button("next", () => turn(1)),
    bigger: button("zoomIn", () => setZoom(zoom + 1)),
    smaller: button("zoomOut", () => setZoom(zoom - 1)),
  };
  const original = make("a", { class: "viewer__button", target: "_blank", rel: "noopener" });
  original.textContent = words("original");
  const dialog = make(
    "dialog",
    { class: "viewer", "aria-labelledby": "viewer-caption", onkeydown: onKey },
    make("div", { class: "viewer__bar" }, caption, close),
    stage,
    make("div", { class: "viewer__bar viewer__bar--tools" }, ...Object.values(parts), original),
  );
  image.addEventListener("click", () => setZoom(zoom ? 0 : 2));
  image.addEventListener("load", () => setZoom(zoom));
  window.addEventListener("resize", () => dialog.open && setZoom(zoom));
  dialog.addEventListener("close", () => links[at]?.focus());
  document.body.append(dialog);
  return { dialog, image, stage, caption, original, ...parts };
}

function onKey(event) {
  const act = {
    ArrowLeft: () => zoom || turn(-1),
    ArrowRight: () => zoom || turn(1),
    "+": () => setZoom(zoom + 1),
    ";": () => setZoom(zoom + 1), // the same key as + on a Japanese keyboard
    "-": () => setZoom(zoom - 1),
    0: () => setZoom(0),
  }[event.key];
  act?.();
}

function setZoom(step) {
  zoom = Math.min(Math.max(step, 0), ZOOMS.length - 1);
  const { image, stage, bigger, smaller } = viewer;
  if (!image.naturalWidth) return;
  const fit = Math.min(
    stage.clientWidth / image.naturalWidth,
    stage.clientHeight / image.naturalHeight,
  );
  image.style.width = `${Math.floor(image.naturalWidth * fit * ZOOMS[zoom])}px`;
  image.style.cursor = zoom ? "zoom-out" : "zoom-in";
  bigger.disabled = zoom === ZOOMS.length - 1;
  smaller.disabled = zoom === 0;
}

function turn(by) {
  at = Math.min(Math.max(at + by, 0), links.length - 1);
  const link = links[at];
  const caption = link.dataset.caption || words("photo");
  zoom = 0;
  viewer.image.src = link.href;
  viewer.image.alt = caption;
  viewer.caption.textContent = `${caption}（${at + 1} / ${links.length}）`;
  viewer.original.href = link.dataset.original || link.href;
  viewer.previous.disabled = at === 0;
  viewer.next.disabled = at === links.length - 1;
}

function open(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-photo]");
  if (!link) return;
  event.preventDefault();
  viewer ??= build();
  links = [...document.querySelectorAll("a[data-photo]")].filter(
    (other) => other.dataset.photo === link.dataset.photo,
  );
  at = links.indexOf(link);
  viewer.dialog.showModal();
  turn(0);
}

let started = false;

export function attach() {
  if (started) return;
  started = true;
  document.addEventListener("click", open);
}
