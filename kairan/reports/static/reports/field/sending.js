// SPDX-License-Identifier: Apache-2.0
// What was done out of doors goes to the town, in the order in which it was done. Each has a key
// of the phone's own: what is sent twice is done once.

import { edits } from "./keeping.js";

const ANSWER_MS = 60_000;
const FIELDS = ["key", "case", "kind", "made_at", "seen", "text", "to", "longitude", "latitude", "side"];

export class Later extends Error {}
export class SignedOut extends Error {}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw new Later();
  }
  if (answer.redirected || answer.status === 401) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Later();
  return answer;
}

export async function fetchCases(url, who) {
  const answer = await ask(`${url}?who=${who}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Later();
  return answer.json();
}

async function deliver(url, edit) {
  const body = new FormData();
  for (const name of FIELDS) if (edit[name] != null) body.append(name, edit[name]);
  if (edit.photo) body.append("photo", edit.photo, `${edit.key}.jpg`);
  const answer = await ask(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
  try {
    return await answer.json();
  } catch {
    throw answer.status === 403 ? new SignedOut() : new Later();
  }
}

/** All that waits; `tell(edit, answer)` hears what became of each. Throws Later, SignedOut. */
export async function flush(url, tell) {
  const work = async (lock) => {
    if (lock === null) return; // another tab is at it
    const waiting = (await edits.all()).filter(({ state }) => state === "waiting");
    for (const edit of waiting.sort((a, b) => a.made_at.localeCompare(b.made_at))) {
      const answer = await deliver(url, edit);
      if (answer.result === "done") await edits.remove(edit.key);
      else await edits.put({ ...edit, state: answer.result, reason: answer.reason, now: answer.version });
      await tell(edit, answer);
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request("kairan-field-edits", { ifAvailable: true }, work);
}
