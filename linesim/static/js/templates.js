// SPDX-License-Identifier: Apache-2.0
// Buttons, confirm, carousel and image carousel.

import { tappable } from "./actions.js";
import { h } from "./dom.js";

function thumbnail(part, template) {
  if (!part.thumbnailImageUrl) return null;
  const shape = template.imageAspectRatio === "square" ? "square" : "rectangle";
  const fit = template.imageSize === "contain" ? "contain" : "cover";
  const style = part.imageBackgroundColor ? { backgroundColor: part.imageBackgroundColor } : {};
  return h("img", { class: `thumb ${shape} ${fit}`, src: part.thumbnailImageUrl, alt: "", style });
}

function words(part, perform) {
  const inside = [part.title && h("strong", {}, part.title), h("p", {}, part.text)];
  if (!part.defaultAction) return h("div", { class: "words" }, ...inside);
  return tappable(part.defaultAction, perform, { class: "words" }, ...inside.filter(Boolean));
}

const choices = (actions, perform, kind = "") =>
  h("div", { class: `choices ${kind}` }, actions.map((action) => tappable(action, perform)));

const card = (part, template, perform) =>
  h("div", { class: "card" }, thumbnail(part, template), words(part, perform), choices(part.actions, perform));

const row = (children) => h("div", { class: "row", tabindex: "0", role: "group", "aria-label": "横に並んだ選択肢" }, children);

const KINDS = {
  buttons: (template, perform) => card(template, template, perform),
  confirm: (template, perform) =>
    h("div", { class: "card" }, words(template, perform), choices(template.actions, perform, "two")),
  carousel: (template, perform) => row(template.columns.map((column) => card(column, template, perform))),
  image_carousel: (template, perform) =>
    row(
      template.columns.map((column) =>
        tappable(
          column.action,
          perform,
          { class: "card image-column" },
          h("img", { src: column.imageUrl, alt: column.action.label || "" }),
          column.action.label ? h("span", { "aria-hidden": "true" }, column.action.label) : "",
        ),
      ),
    ),
};

export function templateMessage(message, perform) {
  const { template } = message;
  return h("div", { class: "template", role: "group", "aria-label": message.altText }, KINDS[template.type](template, perform));
}
