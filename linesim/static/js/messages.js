// SPDX-License-Identifier: Apache-2.0
// One message of a talk as elements.

import { tappable } from "./actions.js";
import { h, svg, timeOf } from "./dom.js";
import { flexMessage } from "./flex.js";
import { stickerPicture } from "./stickers.js";
import { templateMessage } from "./templates.js";

const HOLD_MS = 500;
const LINK = /(https?:\/\/[^\s「」（）<>]+)|(\b0\d{1,3}-\d{2,4}-\d{3,4}\b)/g;

/** Text with addresses and telephone numbers made tappable. */
function linked(text, perform) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index));
    const uri = found[1] || `tel:${found[2].replaceAll("-", "")}`;
    parts.push(tappable({ type: "uri", uri }, perform, { class: "in-text" }, found[0]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

const text = (message, perform) => h("div", { class: "bubble" }, linked(message.text, perform));

function picture(message, perform, entry) {
  const own = entry.from === "resident";
  const small = own ? `/sim/contents/${entry.id}?small` : message.previewImageUrl;
  const large = own ? `/sim/contents/${entry.id}` : message.originalContentUrl;
  return h(
    "a",
    { class: "picture", href: large, target: "_blank", rel: "noopener noreferrer" },
    h("img", { src: small, alt: own ? "送った写真" : "届いた写真" }),
  );
}

function video(message, perform, entry) {
  const link = picture(message, perform, entry);
  link.classList.add("video");
  link.querySelector("img").alt = "動画";
  link.append(svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: "M8 5l12 7-12 7z" })));
  return link;
}

const audio = () => h("div", { class: "bubble" }, "▶ 音声メッセージ");

function file(message) {
  const size = message.fileSize ? `${Math.max(1, Math.round(message.fileSize / 1024))} KB` : "";
  return h("div", { class: "card file" }, h("strong", {}, message.fileName || "ファイル"), h("span", {}, size));
}

function location(message) {
  const drawing = svg(
    "svg",
    { viewBox: "0 0 240 110", "aria-hidden": "true", class: "place-map" },
    svg("rect", { width: 240, height: 110, fill: "#e8efe4" }),
    svg("path", { d: "M0 76L240 34M70 0L110 110M0 24L150 0M160 110L220 0", stroke: "#fff", "stroke-width": 9, fill: "none" }),
    svg("path", { d: "M0 96C60 84 90 104 240 78V110H0z", fill: "#bcd8ec" }),
    svg("path", { d: "M120 70s-17-17-17-29a17 17 0 0 1 34 0c0 12-17 29-17 29z", fill: "#c0261c" }),
    svg("circle", { cx: 120, cy: 41, r: 6, fill: "#fff" }),
  );
  const words = [message.title || "位置情報", message.address].filter(Boolean);
  return h(
    "div",
    { class: "card place" },
    drawing,
    h("strong", {}, words[0]),
    words[1] && h("span", {}, words[1]),
    h("span", { class: "small" }, `${message.latitude.toFixed(5)}, ${message.longitude.toFixed(5)}`),
  );
}

function sticker(message) {
  return h("div", { class: "sticker" }, stickerPicture(message.stickerId));
}

function imagemap(message, perform) {
  const { width, height } = message.baseSize;
  const box = h("div", { class: "imagemap" }, h("img", { src: `${message.baseUrl}/1040`, alt: message.altText }));
  for (const action of message.actions) {
    const { x, y, width: wide, height: high } = action.area;
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    const style = { left: percent(x, width), top: percent(y, height), width: percent(wide, width), height: percent(high, height) };
    box.append(tappable(action, perform, { class: "area", style }, h("span", { class: "sr" }, action.label || action.text || action.linkUri || "")));
  }
  return box;
}

const KINDS = {
  text,
  textV2: text,
  image: picture,
  video,
  audio,
  file,
  location,
  sticker,
  imagemap,
  template: templateMessage,
  flex: flexMessage,
};

/** <li> of one entry. `phone` = {perform, openMenu, townName, read}. */
export function messageItem(entry, phone) {
  if (entry.unsent) {
    const whose = entry.from === "resident" ? "メッセージの送信を取り消しました" : "送信が取り消されました";
    return h("li", { class: "notice", "data-testid": "message", "data-type": "unsent", "data-message-id": entry.id }, whose);
  }
  const { message } = entry;
  const draw = KINDS[message.type];
  const body = draw ? draw(message, phone.perform, entry) : h("div", { class: "bubble" }, message.altText || "（表示できないメッセージ）");
  const sender = message.sender?.name || phone.townName;
  const item = h("li", {
    class: `message ${entry.from}`,
    "data-testid": "message",
    "data-from": entry.from,
    "data-type": message.type,
    "data-message-id": entry.id,
  });
  if (entry.from === "town") item.append(avatar(sender));
  const time = h("span", { class: "time" }, h("span", { class: "read", "data-read": entry.id }), timeOf(entry.at));
  const wide = ["template", "flex", "imagemap"].includes(message.type);
  const line = h("div", { class: wide ? "line wide" : "line" }, body, time);
  if (entry.from === "resident") {
    line.append(moreButton(entry, phone));
    holdable(body, () => phone.openMenu(entry));
  }
  item.append(h("div", { class: "column" }, entry.from === "town" ? h("span", { class: "who" }, sender) : h("span", { class: "sr" }, "自分"), line));
  return item;
}

/** A long press or a right click; the ⋯ button does the same for everybody else. */
function holdable(element, open) {
  let timer = 0;
  const once = () => document.querySelector("dialog") || open(); // phones report both
  const stop = () => window.clearTimeout(timer);
  element.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    stop();
    once();
  });
  element.addEventListener("pointerdown", () => {
    timer = window.setTimeout(once, HOLD_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove", "pointerleave"]) element.addEventListener(name, stop);
}

function avatar(name) {
  return h("span", { class: "avatar", "aria-hidden": "true" }, [...name][0]);
}

function moreButton(entry, phone) {
  const button = h("button", { type: "button", class: "more", "data-testid": "message-menu", onclick: () => phone.openMenu(entry) }, "⋯");
  button.append(h("span", { class: "sr" }, "このメッセージのメニュー"));
  return button;
}
