// SPDX-License-Identifier: Apache-2.0
// The web form of one kind of report: kept as one goes, asked about similar reports, sent with a
// receipt number, or kept until the line is back.

import { make } from "../design/js/words.js";
import { startForm } from "../scenarios/form/form.js";
import { kept, newId } from "../scenarios/form/photos.js";
import { contactPanel } from "./contact.js";
import { drafts, queue } from "./keeping.js";
import { startWorker } from "./offline.js";
import { deliver, settle } from "./sending.js";
import { askAboutSimilar } from "./similar.js";
import { portalWords as words } from "./words.js";

const SAVE_MS = 400;
const element = document.querySelector("form[data-form-own]");
const stage = element.querySelector("[data-form-stage]");
const { key, version } = element.dataset;
const language = document.querySelector("[data-form-language]").dataset.formLanguage;
let form = null;
let draft = null;
let sent = false;

function fresh() {
  return { key, run: newId(), title: document.querySelector("[data-form-title]").dataset.formTitle, answers: {}, photos: [], contact: {}, join: null, visits: [] };
}

function button(name, act, primary = false) {
  const classes = `button button--large button--wide${primary ? " button--primary" : ""}`;
  return make("button", { type: "button", class: classes, onclick: act }, words(name));
}

function panel(heading, ...parts) {
  const title = make("h1", { tabindex: "-1", class: "form-title" }, heading);
  stage.replaceChildren(title, ...parts);
  title.focus();
}

async function begin() {
  const known = await drafts.get(key);
  const hasAnswers = known && (Object.keys(known.answers).length || known.photos.length);
  if (!hasAnswers) return start(fresh());
  const mend = Object.keys(known.problems ?? {}).length > 0;
  const reason = known.refused ? make("p", { class: "field__error" }, known.refused) : "";
  if (mend) return start(known);
  return panel(
    words("halfFilled"),
    reason,
    make("p", {}, words("halfFilledWhen", { when: new Date(known.updatedAt).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) })),
    make("div", { class: "form-buttons" }, button("goOn", () => start(known), true), button("startAnew", () => discard(known))),
  );
}

async function discard(known) {
  leave(known.visits, known.version);
  await drafts.remove(key);
  start(fresh());
}

function start(from) {
  draft = { contact: {}, visits: [], ...from };
  const photos = new Map(draft.photos.map((photo) => [photo.id, kept(photo)]));
  const restored = { answers: { ...draft.answers }, photos, screen: draft.screen ?? null, problems: draft.problems ?? {} };
  delete draft.problems;
  delete draft.refused;
  form = startForm(element, {
    restored,
    extras: () => [contactPanel(form ?? { data: {} }, draft, save)],
    dropPhoto: () => save(),
    after: (step, given) => askAboutSimilar(step, given, draft, save),
    showing: (given, id) => shown(given, id),
    send: () => send(),
  });
  element.addEventListener("scenario:change", save);
}

// ── kept as one goes ──

let saving = null;

function save() {
  clearTimeout(saving);
  saving = setTimeout(saveNow, SAVE_MS);
}

async function saveNow() {
  clearTimeout(saving);
  if (!form || sent) return;
  const photos = [...form.photos.values()].map(({ id, blob, spot }) => ({ id, blob, spot }));
  const row = { ...draft, version: Number(version), language, answers: form.answers, photos, screen: form.screen, updatedAt: Date.now() };
  document.body.dataset.kept = (await drafts.put(row)) ? "yes" : "no";
}

document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveNow());

// ── how long each question took ──

let open = null; // {id, since}

function shown(given, id) {
  save();
  const now = Date.now();
  if (open && open.id !== id && given.data.steps[open.id]) {
    const { way } = given.walk();
    const back = way.includes(id) && way.indexOf(id) < way.indexOf(open.id);
    draft.visits.push([open.id, Math.round((now - open.since) / 1000), back ? "back" : "answered"]);
  }
  open = { id, since: now };
  if (id === "!summary" && draft.join) joinNote(given);
}

function leave(visits, of) {
  if (!visits?.length) return;
  const body = new FormData();
  body.append("csrfmiddlewaretoken", element.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("visits", JSON.stringify({ version: of ?? Number(version), visits }));
  navigator.sendBeacon?.(`/report/${key}/left/`, body);
}

function joinNote(given) {
  const apart = make("button", { type: "button", class: "button", onclick: () => {
    draft.join = null;
    given.show("!summary");
  } }, words("apart"));
  const note = make("div", { class: "card" }, make("p", {}, words("joins")), apart);
  element.querySelector("[data-form-foot]")?.append(note);
}

// ── sending ──

async function send() {
  await saveNow();
  const given = form.given();
  const wanted = new Set(Object.values(given).filter(Array.isArray).flat());
  const photos = [...form.photos.values()].filter(({ id }) => wanted.has(id)).map(({ id, blob }) => ({ id, blob }));
  const entry = {
    run: draft.run, key, title: draft.title, version: Number(version), language, at: new Date().toISOString(),
    answers: given, contact: draft.contact, join: draft.join, visits: draft.visits, photos,
  };
  const isKept = await queue.put(entry);
  if (isKept) {
    sent = true;
    await drafts.remove(key);
  }
  await tryNow(entry, isKept);
}

async function tryNow(entry, isKept) {
  progress(entry);
  const result = await deliver(entry, (share, photo, of) => progress(entry, share, photo, of));
  if (result.later) return waiting(entry, isKept);
  if (result.sent) {
    sent = true;
    await settle(entry, result);
    return location.replace(`${result.sent.url}?sent=1`);
  }
  sent = false;
  await queue.remove(entry.run);
  if (result.problems) return mend(result.problems);
  await saveNow();
  return panel(words("refused"), make("p", {}, result.refused), button("tryAgain", send, true));
}

function mend(problems) {
  const contact = Object.entries(problems).filter(([name]) => name.startsWith("contact."));
  draft.contactProblems = Object.fromEntries(contact.map(([name, text]) => [name.slice(8), text]));
  const steps = Object.keys(problems).filter((id) => form.data.steps[id]);
  if (steps.length) form.refuse(problems);
  else if (contact.length) form.show("!contact");
  else panel(words("refused"), make("p", {}, Object.values(problems).join(" ")), button("tryAgain", send, true));
  saveNow();
}

function progress(entry, share = 0, photo = 0, of = entry.photos.length) {
  const name = of && share < 1 ? words("sendingPhoto", { n: Math.max(photo, 1), of }) : words("sending");
  const known = stage.querySelector("[data-sending]");
  if (known) {
    known.querySelector("progress").value = of ? (Math.max(photo - 1, 0) + share) / of : 1;
    known.querySelector("p").textContent = name;
    return;
  }
  const bar = make("progress", { class: "progress__bar", max: "1", value: "0", "aria-label": words("sending") });
  panel(words("sending"), make("div", { class: "progress", "data-sending": true }, bar, make("p", { role: "status" }, name)));
}

function waiting(entry, isKept) {
  const again = () => tryNow(entry, isKept);
  panel(
    words("willSend"),
    make("p", {}, words(isKept ? "willSendMore" : "stayHere")),
    make("div", { class: "form-buttons" }, button("tryAgain", again, true)),
  );
  window.addEventListener("online", again, { once: true });
}

startWorker();
begin().then(() => (document.body.dataset.reportReady = ""));
