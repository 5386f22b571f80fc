// SPDX-License-Identifier: Apache-2.0
// One EventSource a page. The server sends `event: notice` with {"topics": […], "kind", ids…};
// every element whose data-live names one of the topics gets a `live` event (hx-trigger="live").
// A hidden page lets its connection go (a browser has few to one host) and catches up on return.

import { make, words } from "./words.js";

const SETTLE_MS = 120; // notices of one action come together
const SPREAD_MS = 230; // so that many screens do not ask in the same moment
const OWN_FIRST_MS = 300;
const REST_MS = 1000; // an element that was just refreshed waits
const HIDDEN_MS = 5000;
const SHOW_STATE_MS = 2000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30000;

const waiting = new Map(); // element → {timer, notices}
const refreshed = new WeakMap(); // element → time of its last `live`
let source = null;
let retry = FIRST_RETRY_MS;
let retryTimer;
let stateTimer;
let missed = false;

function topicsOf(element) {
  return element.dataset.live.split(/\s+/);
}

function isBeingWrittenIn(element) {
  return [...element.querySelectorAll("input, textarea")].some(
    (field) =>
      !field.disabled &&
      field.type !== "hidden" &&
      field.type !== "search" &&
      (/checkbox|radio/.test(field.type)
        ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue),
  );
}

/** A menu that is open would vanish under the finger: the news wait until it closes. */
function waitForMenu(element, notices) {
  const menu = element.querySelector("details.menu[open]");
  if (!menu) return false;
  element.dataset.newsWaits = "";
  menu.addEventListener("toggle", () => tell(element, notices), { once: true });
  return true;
}

/** Tells the element; where somebody is writing, a button offers the news instead. A form that is
 * on its way goes first: its answer may lead to another page. */
function tell(element, notices) {
  if (!element.isConnected || waitForMenu(element, notices)) return;
  if (document.querySelector("form.htmx-request")) return setTimeout(tell, OWN_FIRST_MS, element, notices);
  delete element.dataset.newsWaits;
  if (isBeingWrittenIn(element)) return offer(element, notices);
  element.querySelector(":scope > .live-waiting")?.remove();
  refreshed.set(element, Date.now());
  element.dispatchEvent(new CustomEvent("live", { detail: { notices } }));
}

/** The answer was on its way when the menu was opened, or when a form was sent: the form's own
 * answer would find its place taken by another element, and be lost. */
function onBeforeSwap(event) {
  const { target, requestConfig } = event.detail;
  const live = requestConfig?.triggeringEvent?.type === "live" && target?.matches?.("[data-live]");
  if (!live) return;
  if (document.querySelector("form.htmx-request")) {
    event.detail.shouldSwap = false;
    setTimeout(tell, OWN_FIRST_MS, target, []);
  } else if (waitForMenu(target, [])) {
    event.detail.shouldSwap = false;
  }
}

/** News beside what is being written: the part that somebody writes in stays as it is. */
function onBeforeOobSwap(event) {
  const { target } = event.detail;
  const here = document.activeElement;
  const inHand = here?.matches("textarea, input, select") && target.contains(here);
  if (inHand || isBeingWrittenIn(target)) event.detail.shouldSwap = false;
}

function offer(element, notices) {
  if (element.querySelector(":scope > .live-waiting")) return;
  const show = () => {
    box.remove();
    refreshed.set(element, Date.now());
    element.dispatchEvent(new CustomEvent("live", { detail: { notices } }));
  };
  const look = { type: "button", class: "button button--small", onclick: show };
  const box = make("p", { class: "live-waiting", role: "status" });
  box.append(make("button", look, words("waiting")));
  element.prepend(box);
}

function schedule(element, notice) {
  const entry = waiting.get(element);
  if (entry) return entry.notices.push(notice);
  const rest = REST_MS - (Date.now() - (refreshed.get(element) ?? 0));
  const wait = Math.max(rest, SETTLE_MS + Math.random() * SPREAD_MS);
  const notices = [notice];
  waiting.set(element, { notices });
  setTimeout(() => {
    waiting.delete(element);
    tell(element, notices);
  }, wait);
}

function receive(notice) {
  document.dispatchEvent(new CustomEvent("kairan:notice", { detail: notice }));
  for (const element of document.querySelectorAll("[data-live]")) {
    if (topicsOf(element).some((topic) => notice.topics.includes(topic))) schedule(element, notice);
  }
}

function refreshAll() {
  for (const element of document.querySelectorAll("[data-live]")) {
    schedule(element, { topics: topicsOf(element), kind: "reconnected" });
  }
}

function showState(text, action = null) {
  const state = document.querySelector("[data-live-state]");
  if (!state) return;
  state.hidden = !text;
  state.replaceChildren(text ?? "");
  if (action) state.append(action);
}

function connect() {
  clearTimeout(retryTimer);
  if (document.hidden) return void (missed = true);
  source?.close();
  source = new EventSource(document.body.dataset.stream);
  source.addEventListener("open", () => {
    clearTimeout(stateTimer);
    stateTimer = undefined;
    retry = FIRST_RETRY_MS;
    document.body.dataset.streamState = "open";
    showState(null);
    if (missed) refreshAll();
    missed = false;
  });
  source.addEventListener("notice", (event) => receive(JSON.parse(event.data)));
  source.addEventListener("reload", refreshAll);
  source.addEventListener("error", lost);
}

async function renew() {
  // A ticket lives for a while only; the page's own address gives a new one.
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error("signed out");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (page.body.dataset.stream) document.body.dataset.stream = page.body.dataset.stream;
}

function lost() {
  // We come back ourselves, so that every browser waits alike and a refused ticket is renewed.
  const refused = source.readyState === EventSource.CLOSED;
  source.close();
  missed = true;
  document.body.dataset.streamState = "lost";
  stateTimer ??= setTimeout(() => showState(words("reconnecting")), SHOW_STATE_MS);
  clearTimeout(retryTimer);
  retryTimer = setTimeout(() => (refused ? renewAndConnect() : connect()), retry + Math.random() * retry);
  retry = Math.min(retry * 2, LAST_RETRY_MS);
}

async function renewAndConnect() {
  try {
    await renew();
    connect();
  } catch (error) {
    if (error.message === "signed out") return ended();
    lost(); // no line yet
  }
}

function ended() {
  clearTimeout(stateTimer);
  const reload = { type: "button", class: "button button--small", onclick: () => location.reload() };
  showState(words("streamEnded"), make("button", reload, words("reload")));
}

function onVisibility() {
  if (document.hidden) {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => {
      source?.close();
      missed = true;
    }, HIDDEN_MS);
  } else if (!source || source.readyState === EventSource.CLOSED) {
    connect();
  } else {
    clearTimeout(retryTimer);
  }
}

export function startLive() {
  document.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.addEventListener("htmx:oobBeforeSwap", onBeforeOobSwap);
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("online", () => !document.hidden && missed && connect());
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && (missed = true) && connect());
  if (!document.hidden) connect();
}
