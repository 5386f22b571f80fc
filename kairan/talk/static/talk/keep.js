// SPDX-License-Identifier: Apache-2.0
// What stays on this device: the rooms, the last messages of rooms one has opened, and what waits to
// be sent. Each person of each town has shelves of their own; forget() empties all of them.

import { shelves } from "../design/js/shelves.js";
import { recall, remember } from "../design/js/words.js";

const SHELVES = { pages: "id", outbox: "client_id", drafts: "room" };
const NAMES = "talk:kept"; // names of all shelves on this device
const WHO = "talk:who"; // whose page is shown without a line
const SPEAKERS = "speakers"; // behind the name of the shelves: in which seat one speaks where
const LAST_MESSAGES = 100;

let open = null;
let owner = null;
let withoutShelf = new Map(); // a private window keeps nothing, yet sends what is written

const nameOf = ({ town, person }) => `talk-${town}-${person}`;

function known() {
  try {
    return JSON.parse(recall("localStorage", NAMES) ?? "[]");
  } catch {
    return [];
  }
}

/** `who`: {town, person}; without it, whoever was here last. Null where that is nobody. */
export function openFor(who) {
  owner = who ?? JSON.parse(recall("localStorage", WHO) ?? "null");
  if (!owner) return null;
  const name = nameOf(owner);
  remember("localStorage", WHO, JSON.stringify(owner));
  remember("localStorage", NAMES, JSON.stringify([...new Set([...known(), name])]));
  open = shelves(name, SHELVES);
  withoutShelf = new Map();
  return owner;
}

export function lockName() {
  return owner ? `${nameOf(owner)}-outbox` : "talk-outbox";
}

/** The list of rooms as the server gave it, at that moment of its clock. */
export function keepRooms(answer, at) {
  return open?.pages.put({ id: "rooms", answer, at });
}

export async function keptAt() {
  return (await open?.pages.get("rooms"))?.at ?? null;
}

export async function keptRooms() {
  return (await open?.pages.get("rooms"))?.answer ?? null;
}

/** A room as it stands on the screen; only its last messages. */
export function keepRoom(id, state) {
  const messages = [...state.messages.values()].slice(-LAST_MESSAGES);
  const { room, members, pins } = state;
  const read = [...state.read].map(([position, upto]) => ({ position, upto }));
  const more_before = state.moreBefore || state.messages.size > messages.length;
  const answer = { room, members, pins, read, messages, more_before, more_after: false, first_unread: null };
  return open?.pages.put({ id: `room-${id}`, answer });
}

export async function keptRoom(id) {
  return (await open?.pages.get(`room-${id}`))?.answer ?? null;
}

export function dropRoom(id) {
  return open?.pages.remove(`room-${id}`);
}

/** Rows that wait, in the order they were written. */
export async function waiting() {
  const rows = [...((await open?.outbox.all()) ?? []), ...withoutShelf.values()];
  return rows.sort((one, other) => one.place - other.place);
}

export async function putWaiting(row) {
  if (!(await open?.outbox.put(row))) withoutShelf.set(row.client_id, row);
}

export async function isWaiting(id) {
  return withoutShelf.has(id) || Boolean(await open?.outbox.get(id));
}

export async function removeWaiting(id) {
  withoutShelf.delete(id);
  await open?.outbox.remove(id);
}

/** What is being written in a room: text, and what it answers. Null forgets it. */
export function keepDraft(room, draft) {
  return draft ? open?.drafts.put({ room, ...draft }) : open?.drafts.remove(room);
}

export async function keptDraft(room) {
  return (await open?.drafts.get(room)) ?? null;
}

/** The seat that one chose to speak from in a room, where one sits there in several. */
export function keepSpeaker(room, position) {
  if (!owner) return;
  remember("localStorage", `${nameOf(owner)}-${SPEAKERS}`, JSON.stringify({ ...speakers(), [room]: position }));
}

export function keptSpeaker(room) {
  return speakers()[room] ?? null;
}

function speakers() {
  try {
    return JSON.parse(recall("localStorage", `${nameOf(owner)}-${SPEAKERS}`)) ?? {};
  } catch {
    return {}; // nobody's device yet, or damaged
  }
}

export async function keptDrafts() {
  return (await open?.drafts.all()) ?? [];
}

/** After a sign-out that one did not ask for: what one read is gone, what one wrote stays. */
export function forgetRead() {
  return open?.pages.clear();
}

/** Nobody is in on this device any more: what anybody read goes, what they wrote waits for them. */
export function forgetAllRead() {
  return Promise.all(known().map((name) => shelves(name, SHELVES).pages.clear()));
}

/** At sign-out: nothing of anybody stays on this device. */
export async function forget() {
  for (const name of known()) {
    const all = shelves(name, SHELVES);
    await Promise.all(Object.keys(SHELVES).map((shelf) => all[shelf].clear()));
    remember("localStorage", `${name}-${SPEAKERS}`, null);
  }
  remember("localStorage", WHO, null);
  remember("localStorage", NAMES, null);
}
