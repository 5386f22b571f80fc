// SPDX-License-Identifier: Apache-2.0
// What every page of the leaders' app does once: the worker, the line, the badge, the way out.

import { recall, remember } from "../design/js/words.js";
import { check, forgetPush } from "./push.js";

const given = JSON.parse(document.getElementById("community-app").textContent);
const MONTH_MS = 30 * 24 * 3600 * 1000;
const CLOSED = "community:push-note-closed";
const LOOK = "community:look";

function note(name, isShown) {
  const one = document.querySelector(`[data-note="${name}"]`);
  if (one) one.hidden = !isShown;
}

// ── the line ──

function watchLine() {
  const say = () => note("line", !navigator.onLine);
  window.addEventListener("online", say);
  window.addEventListener("offline", say);
  say();
}

// ── the worker ──

async function startWorker() {
  if (!navigator.serviceWorker || !given.person) return;
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => note("new", had));
  navigator.serviceWorker.addEventListener("message", ({ data }) => hear(data ?? {}));
  document.addEventListener("click", (event) => event.target.closest("[data-take-new]") && location.reload());
  try {
    await navigator.serviceWorker.register(given.urls.worker, { scope: "/community/" });
    const { active } = await navigator.serviceWorker.ready;
    if (document.readyState !== "complete") await new Promise((done) => window.addEventListener("load", done, { once: true }));
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const ours = loaded.filter((name) => name.startsWith(`${location.origin}/static/`));
    if (recall("localStorage", LOOK) !== given.look) active.postMessage({ refresh: true });
    remember("localStorage", LOOK, given.look);
    active.postMessage({ keep: given.isShell ? [location.origin + location.pathname, ...ours] : ours });
  } catch {
    /* without one the pages work as long as there is a line */
  }
}

/** From the worker: a push has come; a notification was pressed that this page shows already. */
function hear({ pushed, go }) {
  if (pushed !== undefined) document.dispatchEvent(new CustomEvent("kairan:pushed", { detail: { tag: pushed } }));
  if (typeof go !== "string") return;
  const asked = new CustomEvent("kairan:go", { cancelable: true, detail: { address: go } });
  if (document.dispatchEvent(asked)) location.assign(go);
}

async function closeShown() {
  const [, room] = location.pathname.match(/^\/community\/talk\/(\d+)\//) ?? [];
  if (!room || document.hidden || !navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.getRegistration("/community/");
  const shown = (await registration?.getNotifications?.({ tag: `room-${room}` })) ?? [];
  for (const one of shown) one.close();
}

// ── what is unread ──

function setUnread(total) {
  for (const one of document.querySelectorAll("[data-unread-total]")) {
    one.textContent = total > 99 ? "99+" : String(total);
    one.hidden = !total;
  }
  (total ? navigator.setAppBadge?.(total) : navigator.clearAppBadge?.())?.catch(() => {});
}

// ── push ──

async function lookAtPush() {
  const { state, unread } = await check(given);
  // The talk's own page counts by itself, and sooner.
  if (Number.isInteger(unread) && !document.querySelector("[data-talk]")) setUnread(unread);
  document.dispatchEvent(new CustomEvent("kairan:push-state", { detail: { state } }));
  document.body.dataset.pushState = state; // tests wait for it
  const isHome = location.pathname === "/community/";
  note("push", isHome && state !== "on" && state !== "unknown" && !recentlyClosed());
}

function recentlyClosed() {
  return Date.now() - Number(recall("localStorage", CLOSED)) < MONTH_MS;
}

function closeNote(event) {
  if (!event.target.closest("[data-close-push-note]")) return;
  note("push", false);
  remember("localStorage", CLOSED, String(Date.now()));
}

// ── the way out ──

/** Only who is not in comes to the sign-in: whoever was here was signed out elsewhere. */
async function forgetRead() {
  if (location.pathname !== "/community/sign-in/") return;
  const { forgetAllRead } = await import("../talk/keep.js");
  await forgetAllRead();
}

async function forgetAll() {
  navigator.serviceWorker?.controller?.postMessage({ forget: true });
  setUnread(0);
  const { forget } = await import("../talk/keep.js");
  await Promise.all([forget(), forgetPush(given)]);
}

function leave(event) {
  const form = event.target.closest("[data-sign-out]");
  if (!form) return;
  event.preventDefault();
  const patience = new Promise((done) => setTimeout(done, 3000));
  Promise.race([forgetAll(), patience]).catch(() => {}).then(() => form.submit());
}

watchLine();
startWorker();
if (given.person) lookAtPush();
closeShown();
forgetRead();
document.addEventListener("visibilitychange", closeShown);
document.addEventListener("click", closeNote);
document.addEventListener("submit", leave);
