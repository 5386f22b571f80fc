// SPDX-License-Identifier: Apache-2.0
// After a place is given: has somebody reported the same already? Distance, age and status are all
// that is shown. Without a line nobody is asked.

import { make } from "../design/js/words.js";
import { portalWords as words } from "./words.js";

const PATIENCE_MS = 4000;

export async function askAboutSimilar(step, form, draft, save) {
  if (step?.type !== "position") return undefined;
  const place = form.answers[step.id];
  const spot = place?.lon == null ? "" : `${place.lon},${place.lat}`;
  if (draft.askedAt === spot) return undefined;
  draft.join = null;
  const kind = form.walk({ passing: true }).end?.outcome.kind;
  if (!spot || !kind || !navigator.onLine) return undefined;
  const found = await similarTo(draft.key, kind, place);
  draft.askedAt = spot;
  if (!found.length) return undefined;
  draft.join = await chosen(form, found);
  save();
  return undefined;
}

async function similarTo(key, kind, { lon, lat }) {
  try {
    const query = new URLSearchParams({ kind, lon, lat });
    const answer = await fetch(`/report/${key}/similar/?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? (await answer.json()).similar : [];
  } catch {
    return []; // no line: two reports are better than none
  }
}

/** The id of the case to join, or null. */
function chosen(form, found) {
  return new Promise((done) => {
    const title = make("h1", { tabindex: "-1", class: "form-title" }, words("same"));
    const items = found.map(({ id, words: shown }) => {
      const button = make("button", { type: "button", class: "button button--large button--wide", onclick: () => done(id) }, words("join"));
      return make("li", { class: "card" }, make("p", {}, shown), button);
    });
    const apart = make("button", { type: "button", class: "button button--primary button--large button--wide", onclick: () => done(null) }, words("apart"));
    form.stage.replaceChildren(title, make("p", {}, words("sameWhy")), make("ul", { class: "form-places" }, ...items), apart);
    window.scrollTo(0, 0);
    title.focus();
  });
}
