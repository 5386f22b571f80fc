// SPDX-License-Identifier: Apache-2.0
// One message as an element of the room's list.

import { fileAddress } from "./api.js";
import { timeOf } from "./clock.js";
import { bdi, button, fixed, icon, make, nameOf, names, say, size } from "./page.js";
import { textNodes } from "./text.js";

const FACES = 6;

/** A round picture with the first letters of a name. */
export function face(name, id, picture = null, look = "") {
  const circle = make("span", { class: `talk-face talk-face--${id % FACES} ${look}`.trim(), "aria-hidden": "true" });
  if (picture) circle.append(make("img", { src: picture, alt: "", loading: "lazy" }));
  else circle.append([...name.replace(/\s/g, "")].slice(0, 2).join(""));
  return circle;
}

function badges(message, context) {
  const shown = [];
  const badge = (tone, name, word) => shown.push(make("span", { class: `badge tone-${tone}` }, icon(name), word));
  if (message.importance === 2) badge("red", "warning", say("urgent"));
  if (message.importance === 1) badge("orange", "flag", say("important"));
  if (message.must_confirm) badge("purple", "done", say("mustConfirm"));
  if (context.store.concernsMe(message) && !context.store.isOurs(message)) badge("blue", "at", say("toYou"));
  return shown.length ? [make("p", { class: "talk-badges" }, ...shown)] : [];
}

function quotation(message, context) {
  const { answers } = message;
  if (!answers) return [];
  const go = () => context.goTo(answers.number);
  const words = make("span", { class: "talk-quote__text" }, bdi(quoted(answers)));
  return [make("button", { type: "button", class: "talk-quote", onclick: go },
    make("span", { class: "talk-quote__name" }, icon("reply"), bdi(answers.name ?? "")), words)];
}

/** The first words of a message that is answered. */
export function quoted(answers) {
  const kinds = { photos: "summaryPhoto", place: "summaryPlace", file: "summaryFile", stamp: "stamp" };
  return answers.text || say(kinds[answers.kind] ?? "recalled");
}

function photos(message) {
  const shown = message.attachments.filter((one) => one.photo);
  if (!shown.length) return [];
  const list = make("ul", { class: `talk-photos talk-photos--${Math.min(shown.length, 3)}` });
  const who = nameOf(message.position, message.person);
  shown.forEach((photo, at) => {
    const words = say("photoOf", { name: who, n: at + 1, all: shown.length });
    const look = { src: fileAddress(photo.key, shown.length > 1 ? "thumbnail" : "large"), alt: words, loading: "lazy" };
    const image = make("img", { ...look, width: photo.width, height: photo.height });
    const address = { href: fileAddress(photo.key, "large"), "data-photo": `talk-${message.id}` };
    list.append(make("li", {}, make("a", { ...address, "data-caption": words }, image)));
  });
  return [list];
}

function files(message) {
  return message.attachments.filter((one) => !one.photo).map((file) => {
    const address = { href: fileAddress(file.key, "original"), class: "talk-file", download: file.name };
    const words = make("span", { class: "talk-file__name" }, bdi(file.name));
    return make("a", address, icon("file"), words, make("span", { class: "talk-file__size" }, size(file.size)));
  });
}

function place(message, context) {
  if (!message.place) return [];
  const open = () => context.showPlace(message);
  return [make("p", { class: "talk-place" }, icon("pin"), say("summaryPlace")),
    button(say("seeMap"), "map", open, "button--wide")];
}

export function stampImage(name) {
  const stamp = fixed.stamps[name];
  return make("img", { class: "talk-stamp", src: stamp?.url, alt: stamp?.words ?? say("stamp"), width: 150, height: 150 });
}

function content(message, context) {
  if (message.recalled) return [make("p", { class: "talk-recalled" }, say("recalled"))];
  const words = message.text
    ? [make("p", { class: "talk-text", dir: "auto" }, ...textNodes(message.text, message.mentions, context.members()))]
    : [];
  const origin = message.forwarded
    ? [make("p", { class: "talk-forwarded" }, icon("forward"), say("forwardedFrom"), bdi(message.forwarded.name))]
    : [];
  return [...badges(message, context), ...origin, ...quotation(message, context), ...photos(message),
    ...files(message), ...place(message, context), ...words];
}

function bubble(message, context) {
  if (message.kind === "stamp" && !message.recalled) {
    return make("div", { class: "talk-bubble talk-bubble--bare" }, ...quotation(message, context), stampImage(message.stamp));
  }
  const bare = message.recalled ? " talk-bubble--recalled" : "";
  return make("div", { class: `talk-bubble${bare}` }, ...content(message, context));
}

function reactions(message, context) {
  const shown = message.reactions.map(({ mark, positions }) => {
    const known = fixed.reactions[mark] ?? mark;
    const mine = positions.some(({ id }) => context.store.isMine(id));
    const who = positions.map(({ name }) => name).join("、");
    const act = () => context.react(message, mark, !mine);
    const look = `talk-reaction${mine ? " talk-reaction--mine" : ""}`;
    const one = make("button", { type: "button", class: look, onclick: act, title: who, "aria-pressed": String(mine) });
    if (!context.may("act")) one.disabled = true;
    one.append(icon(`mark-${mark}`), known, make("span", { class: "number" }, String(positions.length)));
    return make("li", {}, one);
  });
  return shown.length ? [make("ul", { class: "talk-reactions", "aria-label": say("reactions") }, ...shown)] : [];
}

/** 確認しました: one large button, then the word that it was done. */
function confirmation(message, context) {
  if (!message.must_confirm || message.recalled || context.store.isOurs(message)) return [];
  if (context.state().confirmed.has(message.id)) {
    return [make("p", { class: "talk-confirmed" }, icon("done"), say("youConfirmed"))];
  }
  if (!context.may("act")) return [];
  const act = (event) => context.confirm(message, event.currentTarget);
  return [button(say("confirm"), "check", act, "button--primary button--large button--wide", { "data-act": "confirm" })];
}

function readCount(message, context) {
  if (!context.store.isOurs(message) || message.recalled || !message.recipients) return [];
  const all = message.read >= message.recipients;
  const words = all && message.recipients > 1 ? say("readByAll") : say("read", { n: message.read });
  const confirmed = message.must_confirm ? `・${say("confirmedBy", { n: message.confirmed })}` : "";
  const look = { type: "button", class: "talk-meta__button talk-meta__read", "data-act": "readers" };
  const label = say("readOf", { n: message.read, all: message.recipients }) + confirmed;
  return [make("button", { ...look, "aria-label": label, onclick: () => context.showReaders(message) }, words + confirmed)];
}

function meta(message, context) {
  const time = make("time", { datetime: message.sent_at }, timeOf(message.sent_at));
  const pinned = message.pinned ? [make("span", { class: "talk-meta__pin" }, icon("keep"), say("pinned"))] : [];
  const menu = make("button", {
    type: "button", class: "talk-meta__button", "data-act": "menu", onclick: () => context.showMenu(message),
    "aria-label": say("menuOf", { name: message.position?.name ?? "", time: timeOf(message.sent_at) }),
  }, icon("more"), say("menu"));
  return make("div", { class: "talk-meta" }, time, ...pinned, ...readCount(message, context),
    ...(message.recalled ? [] : [menu]));
}

function title(message, context, isHead) {
  const ours = context.store.isOurs(message);
  const self = ours && message.person?.id === context.store.me.person.id && !context.speaksForSeveral;
  const hidden = self || !isHead;
  const words = self ? [say("you")] : names(message.position, message.person);
  return make("p", { class: hidden ? "visually-hidden" : "talk-name" }, ...words);
}

function event(message) {
  return make("li", { class: "talk-event", id: `m${message.number}` }, make("span", {}, bdi(message.text)));
}

/** `isHead`: the first of several of one author, which shows face and name. */
export function messageElement(message, context, isHead) {
  if (message.kind === "event") return event(message);
  const ours = context.store.isOurs(message);
  const look = ["talk-message", ours ? "talk-message--ours" : "", isHead ? "talk-message--head" : ""];
  const element = make("li", { class: look.filter(Boolean).join(" "), id: `m${message.number}` });
  if (!ours) element.append(isHead ? face(message.position?.name ?? "", message.position?.id ?? 0) : "");
  const body = make("div", { class: "talk-message__body" }, title(message, context, isHead), bubble(message, context));
  body.append(...reactions(message, context), ...confirmation(message, context), meta(message, context));
  element.append(body);
  return element;
}

/** Changes only the line below where nothing else has changed: a photo must not blink. */
export function renewMeta(element, before, message, context) {
  const bare = ({ read, recipients, confirmed, ...rest }) => JSON.stringify(rest);
  const old = element.querySelector(".talk-meta");
  if (!old || message.must_confirm || bare(before) !== bare(message)) return false;
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  const fresh = meta(message, context);
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`[data-act="${focused}"]`)?.focus();
  return true;
}

