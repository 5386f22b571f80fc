// SPDX-License-Identifier: Apache-2.0
// 受付: one page, keyboard first. The scenario's questions appear as they apply; everything is kept
// on this device until the server has it; Enter goes on and never sends.

import { make } from "../design/js/words.js";
import { showToast } from "../design/js/toast.js";
import { problemOf } from "../scenarios/form/answers.js";
import { authorityOf, townTime, walk } from "../scenarios/form/walk.js";
import { startCombo } from "./combo.js";
import * as drafts from "./drafts.js";
import { questionOf } from "./questions.js";

const KEEP_MS = 250;
const SIMILAR_MS = 350;
const element = document.querySelector("[data-intake]");
const config = JSON.parse(document.getElementById("intake-config").textContent);
const box = element.querySelector("[data-intake-questions]");
const kindInput = document.getElementById("intake-kind");
const picker = document.getElementById("intake-map");
const list = document.querySelector("[data-intake-drafts]");
const scenarios = new Map();
let questions = new Map();
let keepTimer;
let similarTimer;
let similarAsked = "";
let busy = false;

function say(name, values = {}) {
  const text = document.getElementById("intake-words").dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** What the questions see of the form. */
const form = {
  config, say, id: "", kind: "", data: null, answers: {}, way: [], join: null,
  fieldId: (step) => `q-${step.id}`,
  now: () => townTime(new Date(), form.data.town.timezone),
  ownsMap: (step) => Object.values(form.data.steps).find(({ type }) => type === "position")?.id === step.id,
  changed, next, send, get, moveMap, offerSpot,
};

// ── talking to the server ──

async function send(url, body) {
  const headers = { "X-CSRFToken": element.elements.csrfmiddlewaretoken.value, Accept: "application/json" };
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  return answered(() => fetch(url, { method: "POST", body, headers, credentials: "same-origin" }));
}

function get(url) {
  return answered(() => fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }));
}

async function answered(ask) {
  try {
    const response = await ask();
    const isOurs = response.headers.get("content-type")?.startsWith("application/json");
    if (isOurs) return { ok: response.ok, said: await response.json() };
    return { ok: false, said: {}, why: response.redirected ? "signedOut" : "refused" };
  } catch {
    return { ok: false, said: {}, why: "offline" };
  }
}

// ── moving about ──

function stops() {
  return [...element.querySelectorAll(".intake__main :is(input, textarea), [data-intake-save]")].filter((field) => {
    if (field.disabled || field.type === "hidden" || !field.getClientRects().length) return false;
    if (field.type !== "radio") return true;
    const group = [...element.querySelectorAll(`input[type=radio][name="${CSS.escape(field.name)}"]`)];
    return field === (group.find(({ checked }) => checked) ?? group[0]);
  });
}

function next(from) {
  const all = stops();
  const same = (field) => field === from || (from.type === "radio" && field.name === from.name);
  const at = all.findIndex(same);
  all[at + 1]?.focus();
}

element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    save();
  } else if (event.target.matches("input")) {
    event.preventDefault();
    next(event.target);
  }
});

// Alt and a letter, by the key's place, so that they work with Japanese input on and in every browser.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  const target = letter && document.querySelector(`[data-hotkey="${letter}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  if (!target.matches("input:not([type=checkbox])")) target.click(); // the hands stay where they type
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});

// ── the kind ──

const normal = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");

const kinds = startCombo({
  input: kindInput,
  list: document.getElementById("intake-kinds"),
  instant: true,
  none: say("none"),
  find: (query) => {
    const typed = normal(query);
    const all = config.kinds.map(({ key, title, sign }) => ({ key, label: title, sign }));
    const found = all.filter(({ label, sign }) => !typed || sign === typed || normal(label).includes(typed));
    return found;
  },
  pick: ({ key }) => choose(key).then(() => focusFirst()),
  onEnter: () => next(kindInput),
});
kindInput.addEventListener("focus", () => {
  kindInput.select();
  if (!form.kind) kinds.open("");
});
kindInput.addEventListener("click", () => kinds.open(""));

async function scenario(key) {
  if (!scenarios.has(key)) {
    const { ok, said, why } = await get(config.urls.questions.replace("KEY", encodeURIComponent(key)));
    if (!ok) {
      complain(say(why ?? "refused"));
      return null;
    }
    scenarios.set(key, said);
  }
  return scenarios.get(key);
}

/** Another kind: the place and the words that were said stay. */
async function choose(key, answers = null) {
  const data = await scenario(key);
  if (!data) return;
  const kept = answers ?? carriedOver(form.data, form.answers, data);
  Object.assign(form, { kind: key, data, answers: { ...kept }, way: [] });
  const { sign, title } = config.kinds.find((kind) => kind.key === key) ?? { title: data.title };
  kindInput.value = `${sign ? `${sign} ` : ""}${title}`;
  complainAbout("kind", "");
  questions = new Map();
  for (const step of Object.values(data.steps)) {
    const question = questionOf(form, step);
    if (question) questions.set(step.id, question);
  }
  box.replaceChildren(...[...questions.values()].map((question) => question.element));
  refresh();
  keepSoon();
  similarSoon();
}

function carriedOver(from, answers, to) {
  const kept = {};
  const first = (data, fits) => Object.values(data.steps).find(fits)?.id;
  for (const fits of [isPlace, isWords, isPhotos]) {
    const [old, now] = [from && first(from, fits), first(to, fits)];
    const answer = old ? answers[old] : undefined;
    if (now && answer != null) kept[now] = answer;
  }
  return from ? kept : { ...begun(to), ...kept };
}

const isPlace = ({ type }) => type === "position";
const isWords = ({ type, max }) => type === "text" && max >= 200;
const isPhotos = ({ type }) => type === "photos";

/** What a mail says already. */
function begun(data) {
  const { text, place, spot } = config.first;
  const answers = {};
  const steps = Object.values(data.steps);
  const words = steps.find(isWords);
  const where = steps.find(isPlace);
  if (words && text) answers[words.id] = [...text].slice(0, words.max).join("");
  if (where && (place || spot)) answers[where.id] = { ...(spot ?? {}), ...(place ? { typed: place } : {}) };
  return answers;
}

function focusFirst() {
  const empty = form.way.map((id) => questions.get(id)).find((question) => question && question.answer() === undefined);
  const first = empty ?? questions.get(form.way[0]);
  first?.field.focus();
}

// ── the questions that apply ──

function isAsked(step) {
  if (step.type !== "photos") return true;
  return config.mail ? config.photos.length > 0 : channel() === "counter";
}

function channel() {
  return config.mail ? "mail" : element.elements.channel.value;
}

function read() {
  for (const [id, question] of questions) {
    const answer = isAsked(question.step) ? question.answer() : undefined;
    if (answer === undefined) delete form.answers[id];
    else form.answers[id] = answer;
  }
}

function refresh() {
  if (!form.data) return;
  read();
  const { way, end } = walk(form.data, form.answers, form.now(), { passing: true });
  form.way = way;
  const shown = way.filter((id) => questions.has(id) && isAsked(questions.get(id).step));
  for (const [id, question] of questions) question.element.hidden = !shown.includes(id);
  const now = [...box.children].filter(({ hidden }) => !hidden).map(({ dataset }) => dataset.step);
  if (now.join() !== shown.join()) box.append(...shown.map((id) => questions.get(id).element));
  for (const id of shown) questions.get(id).refresh?.();
  tellEnd(end);
}

function tellEnd(end) {
  const handed = end?.outcome.type === "handed_over";
  const authority = handed && authorityOf(form.data, end, form.answers, form.way, form.now());
  complain(authority ? say("handed", authority) : "");
}

function changed(step) {
  questions.get(step.id)?.complain("");
  refresh();
  keepSoon();
  if (step.type === "position") similarSoon();
}

// ── the map beside ──

function moveMap(spot) {
  const [latitude, longitude] = picker.querySelectorAll("[data-map-fields] input");
  latitude.value = spot.lat.toFixed(6);
  longitude.value = spot.lon.toFixed(6);
  picker.dispatchEvent(new CustomEvent("map:set", { detail: { lat: spot.lat, lon: spot.lon } }));
}

function mapQuestion() {
  return [...questions.values()].find(({ step }) => step.type === "position" && form.ownsMap(step));
}

function offerSpot(spot) {
  const question = mapQuestion();
  if (question && question.answer()?.lon == null) moveMap(spot);
}

picker.addEventListener("change", () => {
  const [latitude, longitude] = [...picker.querySelectorAll("[data-map-fields] input")].map(({ value }) => Number.parseFloat(value));
  if (Number.isFinite(latitude) && Number.isFinite(longitude)) mapQuestion()?.pinned({ lon: longitude, lat: latitude });
});

// ── cases that are alike ──

function similarSoon() {
  clearTimeout(similarTimer);
  similarTimer = setTimeout(similar, SIMILAR_MS);
}

function similar() {
  const place = mapQuestion()?.answer() ?? {};
  const asked = new URLSearchParams({ kind: form.data?.kind ?? "", q: place.lon == null ? (place.typed ?? "") : "" });
  if (place.lon != null) {
    asked.set("lon", place.lon);
    asked.set("lat", place.lat);
  }
  if (form.join) asked.set("join", form.join.id);
  if (String(asked) === similarAsked) return;
  similarAsked = String(asked);
  window.htmx
    .ajax("GET", `${config.urls.similar}?${asked}`, { target: "#intake-similar", swap: "innerHTML" })
    .catch(() => (similarAsked = "")); // no line: asked again with the next word
}

document.getElementById("intake-similar").addEventListener("click", (event) => {
  const button = event.target.closest("[data-join]");
  if (!button) return;
  const id = Number(button.dataset.join);
  form.join = form.join?.id === id ? null : { id, number: button.dataset.joinNumber };
  for (const other of document.querySelectorAll("#intake-similar [data-join]")) {
    const chosen = Number(other.dataset.join) === form.join?.id;
    other.setAttribute("aria-pressed", String(chosen));
    other.classList.toggle("button--primary", chosen);
    other.closest("li").classList.toggle("is-chosen", chosen);
  }
  tellJoin();
  keepNow();
  const state = element.querySelector("[data-intake-state]");
  state.textContent = form.join ? say("joined", { number: form.join.number }) : say("joinNone");
});

function tellJoin() {
  element.querySelector("[data-intake-save-words]").textContent = form.join ? say("join", { number: form.join.number }) : say("take");
}

// ── the caller ──

const CALLER = ["name", "phone", "email", "call_back_at", "call_back_note", "memo"];

function caller() {
  const given = Object.fromEntries(CALLER.map((name) => [name, element.elements[name].value]));
  if (element.elements.call_back.checked) given.call_back = "on";
  return { ...given, channel: channel() };
}

function fillCaller(given) {
  for (const name of CALLER) if (given[name] != null) element.elements[name].value = given[name];
  element.elements.call_back.checked = given.call_back === "on";
  if (!config.mail && given.channel) element.elements.channel.value = given.channel;
  showCallBack();
}

function showCallBack() {
  element.querySelector("[data-intake-callback]").hidden = !element.elements.call_back.checked;
}

element.addEventListener("input", () => keepSoon());
element.addEventListener("change", (event) => {
  if (event.target.name === "call_back") showCallBack();
  if (event.target.name === "channel") refresh();
  if (CALLER.includes(event.target.name)) complainAbout(event.target.name, "");
  keepSoon();
});
element.addEventListener("click", (event) => {
  const { callbackIn, callbackAt, callbackNext } = event.target.closest("button")?.dataset ?? {};
  const moment = new Date();
  if (callbackIn) moment.setMinutes(moment.getMinutes() + Number(callbackIn));
  else if (callbackAt || callbackNext) {
    if (callbackNext) moment.setDate(moment.getDate() + 1);
    const [hour, minute] = (callbackAt ?? callbackNext).split(":");
    moment.setHours(Number(hour), Number(minute));
  } else return;
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  element.elements.call_back_at.value = local.toISOString().slice(0, 16);
  keepSoon();
});

// ── drafts ──

function snapshot() {
  const place = mapQuestion()?.answer()?.typed ?? "";
  return { id: form.id, kind: form.kind, title: form.data?.title ?? "", place, answers: form.answers, caller: caller(), join: form.join };
}

function isWorthKeeping({ kind, caller: said }) {
  return Boolean(kind) || CALLER.some((name) => said[name]);
}

function keepNow() {
  clearTimeout(keepTimer);
  keepTimer = undefined;
  const draft = snapshot();
  if (busy || !isWorthKeeping(draft)) return;
  drafts.keep(config.person, draft);
  const time = new Date().toTimeString().slice(0, 5);
  element.querySelector("[data-intake-state]").textContent = say("saved", { time });
}

function keepSoon() {
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keepNow, KEEP_MS);
}

window.addEventListener("pagehide", () => keepTimer !== undefined && keepNow());
window.addEventListener("storage", () => showDrafts());

function showDrafts() {
  if (!list) return;
  drafts.show(list, config.person, form.id, { say, choose: openDraft, remove: dropDraft });
}

function openDraft(id) {
  keepNow();
  location.hash = `d=${id}`;
}

function dropDraft(draft) {
  drafts.drop(config.person, draft.id);
  showDrafts();
  const back = make("button", { type: "button", class: "button button--small", onclick: () => {
    drafts.keep(config.person, draft);
    back.closest("p").remove();
    showDrafts();
  } }, say("undo"));
  list.before(make("p", { class: "notification tone-green", role: "status" }, say("dropped"), back));
}

async function begin() {
  const wanted = config.mail ? `mail-${config.mail}` : new URLSearchParams(location.hash.slice(1)).get("d");
  form.id = wanted || newId();
  if (!config.mail) history.replaceState(null, "", `#d=${form.id}`);
  const draft = drafts.load(config.person, form.id);
  Object.assign(form, { kind: "", data: null, answers: {}, way: [], join: draft?.join ?? null });
  box.replaceChildren();
  questions = new Map();
  kindInput.value = "";
  if (draft) fillCaller(draft.caller ?? {});
  tellJoin();
  const key = draft?.kind || config.kind;
  if (key && config.kinds.some((kind) => kind.key === key)) await choose(key, draft?.kind ? draft.answers : null);
  else if (document.activeElement === kindInput) kinds.open("");
  showDrafts();
  element.dataset.intakeReady = "";
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

window.addEventListener("hashchange", () => location.reload());

// ── saving ──

function complain(words) {
  const note = element.querySelector("[data-intake-error]");
  note.hidden = !words;
  note.querySelector("p").textContent = words;
}

function complainAbout(name, words) {
  const line = element.querySelector(`[data-error-of="${CSS.escape(name)}"]`);
  if (!line) return;
  line.hidden = !words;
  line.textContent = words;
  const field = name === "kind" ? kindInput : element.elements[name];
  if (words) line.id ||= `error-of-${name}`;
  field?.setAttribute?.("aria-invalid", String(Boolean(words)));
  if (words && name !== "kind") field?.setAttribute?.("aria-describedby", line.id);
}

/** What the page itself can see; true when all is well. */
function check() {
  if (!form.data) {
    complainAbout("kind", say("needed"));
    kindInput.focus();
    return false;
  }
  let first = null;
  for (const id of form.way) {
    const question = questions.get(id);
    if (!question || question.element.hidden) continue;
    const problem = problemOf(form.data, question.step, form.answers[id], form.now());
    question.complain(problem ?? "");
    if (problem) first ??= question;
  }
  first?.field.focus();
  return !first;
}

function complete() {
  const given = {};
  for (const id of form.way) given[id] = form.answers[id] ?? null;
  const said = caller();
  for (const step of Object.values(form.data.steps)) {
    if (step.type === "contact") given[step.id] = said.name || said.phone || said.email ? "wanted" : null;
  }
  if (config.mail && !Object.values(form.data.steps).some((step) => step.type === "photos" && step.id in given)) {
    given["mail-photos"] = config.photos.map(({ key }) => key);
  }
  return given;
}

async function save() {
  if (busy) return;
  refresh();
  if (!check()) return;
  keepNow();
  busy = true;
  const button = element.querySelector("[data-intake-save]");
  button.setAttribute("aria-busy", "true");
  complain("");
  const payload = { form: form.id, mail: config.mail, kind: form.kind, answers: complete(), caller: caller(), join: form.join?.id ?? null };
  const { ok, said, why } = await send(config.urls.save, JSON.stringify(payload));
  button.removeAttribute("aria-busy");
  if (ok) {
    clearTimeout(keepTimer);
    keepTimer = undefined;
    drafts.drop(config.person, form.id);
    location.assign(said.url);
    return;
  }
  busy = false;
  if (why) {
    complain(say(why));
    showToast({ text: say(why) });
  } else mend(said);
}

function mend({ problems = {}, fields = {} }) {
  for (const [id, words] of Object.entries(problems)) questions.get(id)?.complain(words);
  for (const [name, words] of Object.entries(fields)) {
    if (name === "form") complain(words);
    else complainAbout(name, words);
  }
  const wrong = questions.get(Object.keys(problems)[0])?.field;
  const named = element.elements[Object.keys(fields)[0]];
  (wrong ?? named)?.focus?.();
  element.querySelector("[data-intake-error]:not([hidden])")?.scrollIntoView({ block: "center" });
}

begin();
