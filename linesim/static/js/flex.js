// SPDX-License-Identifier: Apache-2.0
// Flex messages: boxes, text, buttons, images, separators. Near to LINE's look, not equal.

import { tappable } from "./actions.js";
import { h } from "./dom.js";

const SPACE = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const FONT = { xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px" };
const IMAGE = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
const BORDER = { none: "0", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };
const BUBBLE = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const ALIGN = { start: "left", center: "center", end: "right" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

const size = (table, value) => (value === undefined ? undefined : (table[value] ?? value));

/** Styles that every component may carry inside a box of the given layout. */
function placed(element, part, layout) {
  const { style } = element;
  const sideways = layout !== "vertical";
  const grows = part.flex ?? (sideways && part.type !== "separator" && part.type !== "icon" ? 1 : 0);
  style.flex = `${grows} ${grows && sideways ? 1 : 0} ${grows && sideways ? "0" : "auto"}`;
  if (part.margin) style[sideways ? "marginLeft" : "marginTop"] = size(SPACE, part.margin);
  if (part.gravity) style.alignSelf = sideways ? GRAVITY[part.gravity] : "";
  if (part.position) style.position = part.position;
  const sides = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "left", offsetEnd: "right" };
  for (const [name, side] of Object.entries(sides)) if (part[name]) style[side] = size(SPACE, part[name]);
  return element;
}

function box(part, perform) {
  const action = part.action;
  const element = action ? tappable(action, perform, { class: "flex-box" }, "") : h("div", { class: "flex-box" });
  if (action) element.setAttribute("aria-label", action.label || action.text || action.displayText || "開く");
  const { style } = element;
  style.flexDirection = part.layout === "vertical" ? "column" : "row";
  if (part.layout === "baseline") style.alignItems = "baseline";
  if (part.spacing) style.gap = size(SPACE, part.spacing);
  if (part.justifyContent) style.justifyContent = part.justifyContent;
  if (part.alignItems) style.alignItems = part.alignItems;
  for (const name of ["width", "maxWidth", "height", "maxHeight", "backgroundColor", "borderColor"]) {
    if (part[name]) style[name] = part[name];
  }
  if (part.borderWidth) Object.assign(style, { borderWidth: size(BORDER, part.borderWidth), borderStyle: "solid" });
  if (part.cornerRadius) style.borderRadius = size(SPACE, part.cornerRadius);
  const paddings = { paddingAll: "padding", paddingTop: "paddingTop", paddingBottom: "paddingBottom", paddingStart: "paddingLeft", paddingEnd: "paddingRight" };
  for (const [name, side] of Object.entries(paddings)) if (part[name]) style[side] = size(SPACE, part[name]);
  if (part.background) {
    const { angle, startColor, centerColor, endColor } = part.background;
    style.backgroundImage = `linear-gradient(${[angle, startColor, centerColor, endColor].filter(Boolean).join(", ")})`;
  }
  for (const child of part.contents) element.append(placed(component(child, perform), child, part.layout));
  return element;
}

function worded(element, part) {
  const { style } = element;
  if (part.size) style.fontSize = size(FONT, part.size);
  if (part.color) style.color = part.color;
  if (part.weight === "bold") style.fontWeight = "700";
  if (part.style === "italic") style.fontStyle = "italic";
  if (part.decoration) style.textDecoration = part.decoration;
  return element;
}

function text(part, perform) {
  const children = part.contents?.length ? part.contents.map((span) => worded(h("span", {}, span.text), span)) : [part.text];
  const element = part.action ? tappable(part.action, perform, { class: "flex-text link" }, ...children) : h("p", { class: "flex-text" }, ...children);
  worded(element, part);
  if (part.align) element.style.textAlign = ALIGN[part.align];
  if (!part.wrap) element.classList.add("one-line");
  if (part.maxLines) {
    element.classList.add("clamped");
    element.style.webkitLineClamp = part.maxLines;
  }
  return element;
}

function button(part, perform) {
  const element = tappable(part.action, perform, { class: `flex-button ${part.style || "link"} ${part.height || "md"}` });
  if (part.color) element.style[part.style && part.style !== "link" ? "backgroundColor" : "color"] = part.color;
  return element;
}

function image(part, perform) {
  const [wide, high] = (part.aspectRatio || "1:1").split(":");
  const picture = h("img", { src: part.url, alt: part.action?.label || "", class: `flex-image ${part.aspectMode || "fit"}` });
  Object.assign(picture.style, { width: size(IMAGE, part.size || "md"), aspectRatio: `${wide} / ${high}` });
  if (part.backgroundColor) picture.style.backgroundColor = part.backgroundColor;
  const frame = part.action ? tappable(part.action, perform, { class: "flex-frame" }, picture) : h("div", { class: "flex-frame" }, picture);
  frame.style.justifyContent = { start: "flex-start", end: "flex-end" }[part.align] || "center";
  return frame;
}

function separator(part) {
  const line = h("div", { class: "flex-separator" });
  if (part.color) line.style.backgroundColor = part.color;
  return line;
}

function icon(part) {
  const picture = h("img", { src: part.url, alt: "", class: "flex-icon" });
  picture.style.height = size(FONT, part.size || "md");
  return picture;
}

const KINDS = {
  box,
  text,
  button,
  image,
  separator,
  icon,
  filler: () => h("div"),
  video: (part, perform) => component(part.altContent, perform),
};

function component(part, perform) {
  return KINDS[part.type](part, perform);
}

function bubble(part, perform) {
  const element = h("div", { class: "bubble-card" });
  element.style.width = `${BUBBLE[part.size || "mega"]}px`;
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!part[name]) continue;
    const inside = component(part[name], perform);
    const block = h("div", { class: `flex-${name}` }, inside);
    const style = part.styles?.[name];
    if (style?.backgroundColor) block.style.backgroundColor = style.backgroundColor;
    if (style?.separator) block.classList.add("separated");
    if (name !== "hero" && !part[name].paddingAll) inside.classList.add("padded");
    element.append(block);
  }
  return element;
}

export function flexMessage(message, perform) {
  const { contents } = message;
  const inside =
    contents.type === "carousel"
      ? h("div", { class: "row", tabindex: "0", role: "group", "aria-label": "横に並んだカード" }, contents.contents.map((one) => bubble(one, perform)))
      : bubble(contents, perform);
  return h("div", { class: "flex", role: "group", "aria-label": message.altText }, inside);
}
