// SPDX-License-Identifier: Apache-2.0
// What another app has handed over goes to the room that is chosen here, once.

import { make } from "../design/js/words.js";

const CACHE = "shared-1";
const PHOTOS = 10; // of one message
const FILES = 5;
const given = JSON.parse(document.getElementById("community-app").textContent);
const shared = JSON.parse(document.getElementById("community-shared").textContent);
const place = document.querySelector("[data-share]");
const words = place.querySelector("textarea");
let files = [];

/** The cookie is newer than a page that was kept. */
function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

function say(name) {
  for (const one of place.querySelectorAll("[data-said]")) one.hidden = one.dataset.said !== name;
}

/** From the worker, else from the page itself. */
async function handedOver() {
  if (shared.words || !window.caches) return shared.words;
  const cache = await caches.open(CACHE);
  const list = await (await cache.match(`${given.urls.share}list`))?.json();
  if (!list) return "";
  const kept = await Promise.all(list.files.map((_, at) => cache.match(`${given.urls.share}${at}`)));
  const blobs = await Promise.all(kept.map((one) => one?.blob()));
  files = list.files.map((file, at) => ({ ...file, blob: blobs[at], id: crypto.randomUUID() })).filter(({ blob }) => blob);
  return list.words;
}

async function answerOf(answer) {
  const content = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
  if (!answer.ok || answer.redirected) throw new Error(content.error ?? "");
  return content;
}

async function upload(file) {
  const form = new FormData();
  form.append("file", file.blob, file.name);
  form.append("key", file.id);
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  file.sent ??= await answerOf(await fetch("/community/talk/api/uploads/", { method: "POST", headers, body: form }));
  return file.sent;
}

function portions(keys, kind, most) {
  const parts = [];
  for (let at = 0; at < keys.length; at += most) parts.push({ kind, attachments: keys.slice(at, at + most) });
  return parts;
}

async function messages(room) {
  const sent = [];
  for (const file of files) sent.push(await upload(file));
  const keys = (isPhoto) => sent.filter(({ photo }) => Boolean(photo) === isPhoto).map(({ key }) => key);
  const text = words.value.trim();
  const parts = [...(text ? [{ kind: "text", text }] : []), ...portions(keys(true), "photos", PHOTOS), ...portions(keys(false), "file", FILES)];
  return parts.map((part, at) => ({ ...part, room, client_id: (ids[at] ??= crypto.randomUUID()) }));
}

const ids = []; // the same at a second try, so that nothing is said twice

async function sendTo(room) {
  say("sending");
  try {
    const headers = { "Content-Type": "application/json", "X-Kairan": "talk" };
    const body = JSON.stringify({ messages: await messages(room) });
    const { answers } = await answerOf(await fetch("/community/talk/send", { method: "POST", headers, body }));
    if (answers.some(({ state }) => state === "refused")) return say("refused");
    await window.caches?.delete(CACHE);
    location.assign(`/community/talk/${room}/`);
  } catch {
    say("failed");
  }
}

function row(room) {
  const label = make("span", {}, make("bdi", {}, room.name));
  return make("li", {}, make("button", { type: "button", class: "button button--wide", onclick: () => sendTo(room.id) }, label));
}

async function start() {
  words.value = await handedOver();
  const list = place.querySelector("[data-files]");
  list.append(...files.map(({ name }) => make("li", {}, make("bdi", {}, name))));
  const photos = files.length > 0;
  list.hidden = !photos;
  if (!words.value && !photos) {
    words.closest(".field").hidden = true;
    return say("nothing");
  }
  try {
    const { rooms } = await answerOf(await fetch("/community/talk/api/rooms/", { headers: { Accept: "application/json" } }));
    place.querySelector("[data-rooms]").append(...rooms.filter((room) => room.may_write).map(row));
    place.querySelector("[data-choose]").hidden = false;
  } catch {
    say("failed");
  }
}

start();
