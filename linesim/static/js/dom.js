// SPDX-License-Identifier: Apache-2.0
// Small helpers for making elements. Text is always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** h("p", {class: "x", onclick: f, style: {width: "1px"}}, "text", child) */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function $(selector, root = document) {
  return root.querySelector(selector);
}

export function show(element, visible) {
  element.hidden = !visible;
}

const tokyo = (options) => new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", ...options });
const clock = tokyo({ hour: "numeric", minute: "2-digit" });
const day = tokyo({ month: "long", day: "numeric", weekday: "short" });

export const timeOf = (ms) => clock.format(ms);
export const dayOf = (ms) => day.format(ms);
