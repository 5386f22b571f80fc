// SPDX-License-Identifier: Apache-2.0
// Work out of doors: the list of cases as last read, what was done with them, and its way home.

import { remember, recall, make } from "../../design/js/words.js";
import { card } from "./card.js";
import { edits, taken } from "./keeping.js";
import { asRoute, byDistance, whereAmI } from "./places.js";
import { Later, SignedOut, fetchCases, flush } from "./sending.js";
import { fieldWords as words } from "./words.js";

const page = document.querySelector("[data-field]");
const list = page.querySelector("[data-field-list]");
const state = page.querySelector("[data-field-state]");
const who = page.querySelector("[data-field-who]");
const order = page.querySelector("[data-field-order]");
const { person } = JSON.parse(document.getElementById("field-person").textContent);
const AGAIN_MS = 30_000;

let here = null;
let problem = "";
let cases = [];

const ordered = () =>
  here && order.value === "near" ? byDistance(cases, here) : here && order.value === "route" ? asRoute(cases, here) : cases;

async function draw() {
  const row = await taken.get("cases");
  cases = row?.cases ?? [];
  const waiting = (await edits.all()).filter((edit) => edit.person === person);
  const openNow = new Set([...list.querySelectorAll("details[open]")].map((one) => one.dataset.case));
  const known = new Set(cases.map(({ id }) => id));
  // What waits for a case that is no longer on the list is shown all the same.
  const gone = waiting.filter((edit) => !known.has(edit.case)).map((edit) => edit.of).filter(Boolean);
  const shown = [...ordered(), ...new Map(gone.map((one) => [one.id, one])).values()];
  list.replaceChildren(...shown.map((one) => card(one, {
    here, open: openNow.has(String(one.id)),
    waiting: waiting.filter((edit) => edit.case === one.id),
    act: (edit) => keep(one, edit),
    drop: async (edit) => { await edits.remove(edit.key); await draw(); },
    again: async (edit) => { await edits.remove(edit.key); await keep({ ...one, version: edit.now }, edit); },
  })));
  if (!shown.length) list.append(make("li", { class: "card" }, words(row ? "none" : "first")));
  const points = shown.filter(({ lat }) => lat != null).map((one) => ({ id: one.id, lat: one.lat, lon: one.lon, label: `${one.number} ${one.title}`, url: one.url }));
  document.dispatchEvent(new CustomEvent("map:data", { detail: { name: "field-map", data: { points } } }));
  tell(row, waiting.filter((edit) => edit.state === "waiting").length);
}

function tell(row, waiting) {
  const time = row && new Date(row.at).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit" });
  const said = [
    navigator.onLine ? "" : words("offline"),
    row ? words("loaded", { time }) : "",
    waiting ? words("waiting", { n: waiting }) : "",
    problem,
  ];
  state.replaceChildren(said.filter(Boolean).join(" "));
  if (problem === words("signedOut")) {
    const next = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
    state.append(" ", make("a", { class: "button button--small", href: next }, words("signIn")));
  }
}

/** Kept on the phone first, then sent. False where it could not be kept. */
async function keep(one, edit) {
  const { photo, text = "", ...rest } = edit;
  const row = {
    ...rest, text, photo, person, case: one.id, of: one, seen: one.version, state: "waiting",
    key: crypto.randomUUID(), made_at: new Date().toISOString(), reason: "",
  };
  const kept = await edits.put(row);
  problem = kept ? "" : words("full");
  await draw();
  if (kept) send();
  return kept;
}

async function send() {
  try {
    let changed = false;
    await flush(page.dataset.edit, async (edit, answer) => {
      changed = true;
      await follow(edit.case, answer);
    });
    problem = "";
    if (changed) await load();
  } catch (failure) {
    explain(failure);
  }
  await draw();
}

/** What the screen shows of a case is what the town has just answered. */
async function follow(id, { version, status, statusWords }) {
  if (version == null) return;
  const row = await taken.get("cases");
  for (const one of row?.cases ?? []) if (one.id === id) Object.assign(one, { version, status, statusWords });
  if (row) await taken.put(row);
}

async function load() {
  try {
    const found = await fetchCases(page.dataset.cases, who.value);
    await taken.put({ name: "cases", who: who.value, ...found });
    problem = "";
  } catch (failure) {
    explain(failure);
  }
  await draw();
}

function explain(failure) {
  if (failure instanceof SignedOut) {
    problem = words("signedOut");
    taken.clear(); // the cases are not for whoever holds the phone now; what was done stays
  } else if (failure instanceof Later) {
    problem = navigator.onLine ? words("failed") : "";
  } else {
    throw failure;
  }
}

async function startWorker() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(page.dataset.worker, { scope: "/console/field/" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    active.postMessage({ keep: [location.href, ...loaded.filter((name) => name.startsWith(`${location.origin}/static/`))] });
  } catch {
    /* without one the page works as long as it stays open */
  }
}

async function begin() {
  const row = await taken.get("cases");
  if (row && row.person !== person) await taken.clear(); // another person's phone, or duty
  who.value = recall("localStorage", "field-who") ?? "mine";
  order.value = recall("localStorage", "field-order") ?? "due";
  await draw();
  await send();
  await load();
  page.dataset.fieldReady = "";
}

who.addEventListener("change", () => { remember("localStorage", "field-who", who.value); load(); });
order.addEventListener("change", async () => {
  remember("localStorage", "field-order", order.value);
  if (order.value !== "due" && !here) await locate();
  draw();
});
async function locate() {
  here = await whereAmI();
  problem = here ? "" : words("noPlace");
  await draw();
}
page.querySelector("[data-field-here]").addEventListener("click", locate);
page.querySelector("[data-field-load]").addEventListener("click", async () => { await send(); await load(); });
window.addEventListener("online", send);
window.addEventListener("offline", draw);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(async () => (await edits.all()).some(({ state: how }) => how === "waiting") && navigator.onLine && send(), AGAIN_MS);
startWorker();
begin();
