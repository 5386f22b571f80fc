// SPDX-License-Identifier: Apache-2.0
// The phone: reads the talk, draws it, sends what the person does.

import { inputOfLink, tappable } from "./actions.js";
import { get, post } from "./api.js";
import { askAboutMessage, askForDate, askToCall, tellPerson } from "./dialogs.js";
import { $, dayOf, h, show } from "./dom.js";
import { asForm, askForFile, askForPhotos, askForSticker } from "./inputs.js";
import { askForPlace } from "./map.js";
import { drawMenu, setOpen, startTyping } from "./menu.js";
import { messageItem } from "./messages.js";
import { drawPeople, watchPanel } from "./panel.js";

const who = document.body.dataset.resident;
const talk = $("[data-talk]");
const list = $("[data-messages]");
const quick = $("[data-quick]");
const field = $("[data-text]");
const webhook = $("[data-webhook]");
const channelChoice = $("[data-channel]");

const drawn = new Map();
let stuck = true; // the talk follows its end until the person scrolls up
let state = null;
let channel = channelChoice?.value || "";
let source = null;
let pc = localStorage.getItem(`pc-${who}`) === "yes";

const path = (rest) => `/sim/residents/${who}/${rest}`;
const query = () => (channel ? `?channel=${encodeURIComponent(channel)}` : "");

/** Send a deed; tells below what became of the webhook, and in a dialog what could not be done. */
async function act(kind, body = {}) {
  if (!(body instanceof FormData)) body = { ...body, channel };
  stuck = true;
  try {
    const answer = await post(path(kind), body);
    tellWebhook(answer.webhook);
    await refresh();
    return answer;
  } catch (error) {
    await tellPerson("できませんでした", error.message);
    return null;
  }
}

function tellWebhook(result) {
  if (!result) return;
  const good = result.status >= 200 && result.status < 300;
  const reasons = { REQUEST_TIMEOUT: "2秒以内に答えがありません", COULD_NOT_CONNECT: "つながりません", NO_WEBHOOK_URL: "送り先が決まっていません" };
  webhook.textContent = good ? `とどきました（${result.status}）` : `とどきません：${reasons[result.reason] || result.status}`;
  webhook.classList.toggle("bad", !good);
}

const phone = { perform, openMenu, townName: "" };

async function perform(action) {
  const uri = action.uri || action.linkUri || "";
  if (action.type === "uri" && /^https?:/.test(uri) && !inputOfLink(uri)) {
    await usedQuickReply(action);
    return;
  }
  if (action.type === "uri" && uri.startsWith("tel:")) {
    await askToCall(uri);
    return;
  }
  const body = { action };
  if (action.type === "datetimepicker") {
    const value = await askForDate(action);
    if (!value) return;
    body.params = { [action.mode]: value };
  }
  const answer = await act("tap", body);
  if (answer?.opens) await opened(answer.opens);
}

/** A quick reply with an address is gone after the tap, too. */
async function usedQuickReply(action) {
  const isQuick = state?.quick_replies.some((item) => item.action === action);
  if (isQuick) await act("tap", { action });
}

async function opened(what) {
  if (what.input) await openInput(what.input);
  if (what.uri) await tellPerson("開くアドレス", what.uri);
  if (what.clipboard) await copy(what.clipboard);
  if (what.fill !== undefined) {
    startTyping();
    field.value = what.fill;
    grow();
  }
  if (what.option === "openKeyboard") startTyping();
  if (what.option === "openRichMenu") setOpen(true);
  if (what.option === "closeRichMenu") setOpen(false);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    await tellPerson("コピー", text);
  }
}

async function openInput(kind) {
  if (kind === "camera" || kind === "cameraRoll") {
    const chosen = await askForPhotos();
    if (chosen?.files?.length) await act("photos", asForm(chosen.files, channel));
    else if (chosen?.made_up?.length) await act("photos", { made_up: chosen.made_up });
  } else if (kind === "location") {
    const place = await askForPlace();
    if (place) await act("location", place);
  } else if (kind === "sticker") {
    const sticker = await askForSticker();
    if (sticker) await act("sticker", { sticker });
  } else {
    const chosen = await askForFile(kind);
    if (chosen?.files?.length) await act(kind, asForm(chosen.files, channel));
    else if (chosen?.made_up) await act(kind, { name: kind === "video" ? "video.mp4" : "メモ.txt" });
  }
}

async function openMenu(entry) {
  const choice = await askAboutMessage(entry);
  if (choice === "unsend") await act("unsend", { message_id: entry.id });
  if (choice === "copy") await copy(entry.message.text);
}

// ── drawing ──

async function refresh() {
  state = await get(path(`talk${query()}`));
  phone.townName = state.channel.name;
  for (const place of document.querySelectorAll("[data-town-name]")) place.textContent = state.channel.name;
  for (const place of document.querySelectorAll("[data-town-initial]")) place.textContent = [...state.channel.name][0];
  show($("[data-stranger]"), state.stranger);
  show($("[data-blocked]"), state.blocked);
  drawMessages();
  drawQuick();
  drawMenu(pc || state.blocked || state.stranger ? null : state.menu, state.channel.id, perform);
  show($("[data-typing]"), state.loading);
  const typeable = !state.blocked && !state.stranger;
  if (!typeable) show($("[data-write]"), false);
  show($("[data-block]"), !state.stranger);
  $("[data-block]").textContent = state.blocked ? "ブロックを解除する" : "ブロックする";
  if (state.loading) toEnd();
}

function drawMessages() {
  const wanted = new Set(state.messages.map(keyOf));
  for (const [key, element] of drawn) {
    if (!wanted.has(key)) {
      element.remove();
      drawn.delete(key);
    }
  }
  state.messages.forEach((entry, index) => {
    const key = keyOf(entry);
    if (!drawn.has(key)) drawn.set(key, messageItem(entry, phone));
    const element = drawn.get(key);
    const previous = state.messages[index - 1];
    element.classList.toggle("follows", previous?.from === entry.from && !previous?.unsent && sameDay(previous, entry));
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    if (!previous || !sameDay(previous, entry)) element.dataset.day = dayOf(entry.at);
    else delete element.dataset.day;
  });
  markRead();
  if (stuck) toEnd();
}

const keyOf = (entry) => `${entry.id}${entry.unsent ? "-unsent" : ""}`;
const sameDay = (a, b) => dayOf(a.at) === dayOf(b.at);

function markRead() {
  const until = state.messages.findIndex((entry) => entry.id === state.read_until);
  state.messages.forEach((entry, index) => {
    const mark = drawn.get(keyOf(entry))?.querySelector("[data-read]");
    if (mark && entry.from === "resident") mark.textContent = index <= until ? "既読" : "";
  });
}

function toEnd() {
  talk.scrollTop = talk.scrollHeight;
}

/** Pictures that arrive late, a menu that opens: the end stays in sight. */
function followEnd() {
  let last = 0;
  talk.addEventListener("scroll", () => {
    const nearEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
    if (nearEnd) stuck = true;
    else if (talk.scrollTop < last) stuck = false; // only a person scrolls up
    last = talk.scrollTop;
  });
  const watcher = new ResizeObserver(() => stuck && toEnd());
  watcher.observe(list);
  watcher.observe(talk);
}

function drawQuick() {
  const items = pc || state.blocked ? [] : state.quick_replies;
  quick.replaceChildren(
    ...items.map((item) => {
      const icon = item.imageUrl ? [h("img", { src: item.imageUrl, alt: "" })] : [];
      return tappable(item.action, perform, { class: "quick-reply", "data-testid": "quick-reply" }, ...icon, item.action.label);
    }),
  );
  show(quick, items.length > 0);
  if (items.length) toEnd();
}

function applyPc() {
  document.body.classList.toggle("pc", pc);
  $("[data-pc]").setAttribute("aria-pressed", String(pc));
  if (state) {
    drawQuick();
    drawMenu(pc || state.blocked || state.stranger ? null : state.menu, state.channel.id, perform);
  }
}

// ── the foot of the phone ──

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
}

async function sendText() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  grow();
  await act("text", { text });
}

function toggleTray(open) {
  show($("[data-tray]"), open);
  $("[data-plus]").setAttribute("aria-expanded", String(open));
}

function listen() {
  followEnd();
  $("[data-write]").addEventListener("submit", (event) => {
    event.preventDefault();
    sendText();
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sendText();
    }
  });
  for (const button of document.querySelectorAll("[data-input]")) {
    button.addEventListener("click", () => {
      toggleTray(false);
      openInput(button.dataset.input);
    });
  }
  $("[data-plus]").addEventListener("click", () => toggleTray($("[data-tray]").hidden));
  $("[data-follow]").addEventListener("click", () => act("follow").then(connect));
  $("[data-unblock]").addEventListener("click", () => act("follow"));
  $("[data-block]").addEventListener("click", () => act(state.blocked ? "follow" : "unfollow"));
  $("[data-pc]").addEventListener("click", () => {
    pc = !pc;
    localStorage.setItem(`pc-${who}`, pc ? "yes" : "no");
    applyPc();
  });
  channelChoice?.addEventListener("change", () => {
    channel = channelChoice.value;
    list.replaceChildren();
    drawn.clear();
    connect();
  });
}

/** Live changes by server-sent events; every (re)connection reads the talk anew. */
function connect() {
  source?.close();
  source = new EventSource(path(`stream${query()}`));
  source.addEventListener("open", refresh);
  source.addEventListener("message", refresh);
}

async function start() {
  watchPanel();
  drawPeople(who);
  if (!who) return;
  listen();
  applyPc();
  await refresh();
  if (!state.stranger) connect();
  document.body.dataset.ready = "yes";
}

start();
