// SPDX-License-Identifier: Apache-2.0
// This browser's subscription: looked at in every page, turned on inside a tap, turned off.

import { recall, remember } from "../design/js/words.js";

const WHO = "community:push"; // whose subscription it is

/** The cookie is newer than a page that was kept. */
function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function ask(address, method, content) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" };
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(address, { method, headers, body: JSON.stringify(content), signal, cache: "no-store" });
  if (answer.redirected) throw new Error("signed out");
  return answer.json();
}

/** «install»: an iPhone gives push only to what stands on its home screen. */
function lacking() {
  if ("PushManager" in window && "Notification" in window && navigator.serviceWorker) return "";
  return /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1 ? "install" : "unsupported";
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/community/");
  return registration?.pushManager.getSubscription() ?? null;
}

function bytesOf(key) {
  const plain = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function hasKey(found, key) {
  const own = found.options?.applicationServerKey;
  if (!own) return true;
  const [one, other] = [new Uint8Array(own), bytesOf(key)];
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** {state: on, off, denied, install, unsupported, unknown; unread}. Mends what it can by itself. */
export async function check(given) {
  const lack = lacking();
  try {
    const found = lack ? null : await subscription();
    const answer = await ask(given.urls.push_state, "POST", { endpoint: found?.endpoint ?? "" });
    const { unread } = answer;
    if (lack) return { state: lack, unread };
    if (Notification.permission === "denied") return { state: "denied", unread };
    if (!found) return { state: "off", unread };
    if (answer.on && hasKey(found, answer.key)) return { state: "on", unread };
    if (recall("localStorage", WHO) !== String(given.person)) {
      await found.unsubscribe(); // somebody else's, who was here before
      return { state: "off", unread };
    }
    return { state: (await renew(given, found, answer.key)) ? "on" : "off", unread };
  } catch {
    return { state: lack || "unknown" };
  }
}

async function renew(given, found, key) {
  if (!hasKey(found, key)) await found.unsubscribe();
  return subscribe(given, key);
}

async function subscribe(given, key) {
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  const made = await registration.pushManager.subscribe(options);
  const answer = await ask(given.urls.push, "POST", made);
  if (answer.on) remember("localStorage", WHO, String(given.person));
  else await made.unsubscribe();
  return answer.on;
}

/** To be called inside a tap, where alone a phone lets itself be asked. Gives the state. */
export async function turnOn(given) {
  const lack = lacking();
  if (lack) return lack;
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  const { key } = await ask(given.urls.push_state, "POST", { endpoint: "" });
  const found = await subscription();
  const isOn = found ? await renew(given, found, key) : await subscribe(given, key);
  return isOn ? "on" : "off";
}

export async function turnOff(given) {
  const found = await subscription();
  if (!found) return;
  remember("localStorage", WHO, null);
  await ask(given.urls.push, "DELETE", { endpoint: found.endpoint });
  await found.unsubscribe();
}

/** At sign-out: the browser forgets by itself what the server forgets with the session. */
export async function forgetPush() {
  remember("localStorage", WHO, null);
  await (await subscription())?.unsubscribe();
}

/** Whether the server has sent one; that it came, the worker says (kairan:pushed). */
export async function trial(given) {
  const found = await subscription();
  if (!found) return false;
  return (await ask(given.urls.push_trial, "POST", { endpoint: found.endpoint })).sent;
}
