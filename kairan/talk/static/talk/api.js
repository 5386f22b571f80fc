// SPDX-License-Identifier: Apache-2.0
// Asking the server. Every failure is a Trouble whose `kind` says what can be done about it.

import { setClock } from "./clock.js";
import { fixed, say } from "./page.js";

const WAIT_MS = 20_000;
const UPLOAD_MS = 180_000;

/** `kind`: line (no answer; try again later), busy (try again later), signed_out, gone, refused. */
export class Trouble extends Error {
  constructor(kind, words, status = 0) {
    super(words);
    this.kind = kind;
    this.status = status;
  }

  /** The same request may succeed later. */
  get passes() {
    return this.kind === "line" || this.kind === "busy";
  }
}

function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (found) return found[1];
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function request(address, options, wait) {
  try {
    return await fetch(address, { ...options, cache: "no-store", signal: AbortSignal.timeout(wait) });
  } catch {
    throw new Trouble("line", say("noLine"));
  }
}

async function contentOf(response) {
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  try {
    return isJson ? await response.json() : null;
  } catch {
    throw new Trouble("line", say("noLine")); // it broke off on its way
  }
}

function trouble(response, content) {
  const words = content?.error ?? say("notDone");
  const isOut = ["signed_out", "no_seat"].includes(content?.reason);
  if (response.status === 401 || isOut || response.redirected) {
    return new Trouble("signed_out", say("signedOut"), 401);
  }
  if (response.status === 429 || response.status >= 500) return new Trouble("busy", words, response.status);
  return new Trouble(response.status === 404 ? "gone" : "refused", words, response.status);
}

async function answer(address, options, wait = WAIT_MS) {
  const response = await request(address, options, wait);
  setClock(response.headers.get("date"));
  const content = await contentOf(response);
  // A page instead of JSON is the sign-in that we were sent to.
  if (!response.ok || (content === null && response.status !== 204)) throw trouble(response, content);
  return content ?? {};
}

/** GET of an address below the API. */
export function ask(path) {
  return answer(fixed.urls.api + path, { headers: { Accept: "application/json" } });
}

export function tell(path, content = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" };
  return answer(fixed.urls.api + path, { method: "POST", headers, body: JSON.stringify(content) });
}

/** Messages as the server takes them; gives its answers. */
export async function send(messages) {
  const headers = { "Content-Type": "application/json", "X-Kairan": "talk" };
  const body = JSON.stringify({ messages });
  return (await answer(fixed.urls.send, { method: "POST", headers, body })).answers;
}

/** POST of a file to an address below the API; `fields` go with it. */
export function giveFile(path, blob, name, fields = {}) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append("file", blob, name);
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  return answer(fixed.urls.api + path, { method: "POST", headers, body: form }, UPLOAD_MS);
}

/** `key`: our own name for the file, so that it is there once even when it is sent twice. */
export function upload(blob, name, key) {
  return giveFile("uploads/", blob, name, { key });
}

/** What a stream needs, and who one is. */
export function here() {
  return answer(fixed.urls.here, { headers: { Accept: "application/json" } });
}

export function map() {
  return answer(fixed.urls.map, { headers: { Accept: "application/json" } });
}

export function fileAddress(key, variant) {
  return `${fixed.urls.api}files/${encodeURIComponent(key)}/${variant}`;
}
