// SPDX-License-Identifier: Apache-2.0
// A filled form on its way: its photos one by one, then its answers. The run's id is the browser's
// own, so that whatever is sent twice is one report.

import { drafts, queue } from "./keeping.js";

const TRIES = 3;
const PAUSE_MS = 1500;
const ANSWER_MS = 30_000;

/** No line, or a server that is not well: try again later. */
class Later extends Error {}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** One POST with progress; {status, data}. Throws Later. */
function post(url, body, type, onProgress = () => {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.timeout = ANSWER_MS + (body.size ?? 0) / 10;
    request.setRequestHeader("X-CSRFToken", csrfToken());
    if (type) request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = request.ontimeout = request.onabort = () => failed(new Later());
    request.onload = () => {
      if (request.status >= 500 || request.status === 429) return failed(new Later());
      let data = {};
      try {
        data = JSON.parse(request.responseText);
      } catch {
        /* a page of words: the status says enough */
      }
      return done({ status: request.status, data });
    };
    request.send(body);
  });
}

/** A cookie that has run out is fetched anew, once. */
async function posted(url, body, type, onProgress) {
  const answer = await post(url, body, type, onProgress);
  if (answer.status !== 403) return answer;
  await fetch("/report/", { credentials: "same-origin" }).catch(() => {
    throw new Later();
  });
  return post(url, body, type, onProgress);
}

async function patiently(act) {
  for (let left = TRIES; ; left--) {
    try {
      return await act();
    } catch (failure) {
      if (!(failure instanceof Later) || left <= 1 || !navigator.onLine) throw failure;
      await pause(PAUSE_MS);
    }
  }
}

async function upload(entry, photo, onProgress) {
  const body = new FormData();
  body.append("run", entry.run);
  body.append("id", photo.id);
  body.append("photo", photo.blob, `${photo.id}.jpg`);
  return patiently(() => posted(`/report/${entry.key}/photos/`, body, null, onProgress));
}

/** Answers whose photos a server has refused: the step they belong to. */
function stepOfPhoto(entry, id) {
  return Object.keys(entry.answers).find((step) => Array.isArray(entry.answers[step]) && entry.answers[step].includes(id));
}

/**
 * Send one entry. Gives {sent: {number, url}}, {problems}, {refused: words} or {later: true}.
 * `onProgress(share, photo, of)` is told how far it is.
 */
export async function deliver(entry, onProgress = () => {}) {
  try {
    return await delivered(entry, onProgress);
  } catch (failure) {
    if (failure instanceof Later) return { later: true };
    throw failure;
  }
}

async function delivered(entry, onProgress) {
  const uploaded = new Set(entry.uploaded ?? []);
  for (let round = 0; round < 2; round++) {
    for (const [i, photo] of entry.photos.entries()) {
      if (uploaded.has(photo.id)) continue;
      const answer = await upload(entry, photo, (share) => onProgress(share, i + 1, entry.photos.length));
      if (answer.status === 422 || answer.status === 409) {
        return { problems: { [stepOfPhoto(entry, photo.id)]: answer.data.reason } };
      }
      if (answer.status !== 200) return { refused: answer.data.reason ?? "" };
      uploaded.add(photo.id);
      entry.uploaded = [...uploaded];
      await queue.put(entry);
    }
    onProgress(1, entry.photos.length, entry.photos.length);
    const { photos, uploaded: _done, title, ...answers } = entry;
    const answer = await patiently(() => posted(`/report/${entry.key}/send/`, JSON.stringify(answers), "application/json"));
    if (answer.status === 200) return { sent: answer.data };
    if (answer.status === 422) return { problems: answer.data.problems };
    if (answer.status !== 409) return { refused: answer.data.reason ?? "" };
    for (const id of answer.data.missing ?? []) uploaded.delete(id); // swept away meanwhile
  }
  return { later: true };
}

/** Everything that waits, in order; `tell(entry, result)` hears what became of each. */
export async function flush(tell = () => {}) {
  const work = async (lock) => {
    if (lock === null) return; // another tab is at it
    for (const entry of await queue.all()) {
      if (entry.sent) continue;
      const result = await deliver(entry);
      await settle(entry, result);
      tell(entry, result);
      if (result.later) return;
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request("kairan-report-queue", { ifAvailable: true }, work);
}

/** What was sent is remembered with its number; what must be mended becomes a draft again. */
export async function settle(entry, { sent, problems, refused }) {
  if (sent) {
    await queue.put({ ...entry, answers: {}, photos: [], contact: null, sent, sentAt: Date.now() });
  } else if (problems || refused !== undefined) {
    await drafts.put({ ...entry, screen: null, problems: problems ?? {}, refused, updatedAt: Date.now() });
    await queue.remove(entry.run);
  }
}

/** At once, when the line is back, and when one comes back to the page. */
export function keepFlushing(tell) {
  const again = () => navigator.onLine && document.visibilityState === "visible" && flush(tell);
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  again();
}
