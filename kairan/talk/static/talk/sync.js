// SPDX-License-Identifier: Apache-2.0
// Keeps what the page knows in step with the server: first from what is kept on the device, then by
// asking, then by the stream; after a lost line by asking for what is missing.

import { ask, tell } from "./api.js";
import { now } from "./clock.js";
import { dropRoom, forgetRead, keepRoom, keepRooms, keptAt, keptRoom, keptRooms } from "./keep.js";

const SETTLE_MS = 400;
const KEEP_MS = 1_000;
const OWN_MS = 3_000;
const LOOK_BACK = 20; // so many messages are asked for again: they may have been recalled meanwhile

export class Sync extends EventTarget {
  constructor(store, outbox) {
    super();
    this.store = store;
    this.outbox = outbox;
    this.timers = new Map();
    this.catching = new Map();
    this.ownUntil = 0;
    this.readUpto = new Map(); // room → number still to be told
    store.on("room", ({ id }) => this.soon(`keep-${id}`, KEEP_MS, () => this.keep(id)));
    store.on("closed", ({ id }) => this.forget(id));
  }

  soon(name, wait, act) {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(act, wait));
  }

  forget(id) {
    for (const name of [`keep-${id}`, `read-${id}`]) clearTimeout(this.timers.get(name));
    this.readUpto.delete(id);
    dropRoom(id);
  }

  /** Signed out: nothing that was read stays on the device, nor is it put there again. */
  forgetRead() {
    this.isOut = true;
    return forgetRead();
  }

  keep(id) {
    if (this.isOut) return;
    const state = this.store.open.get(id);
    if (state && !state.moreAfter) keepRoom(id, state);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Runs a request; a trouble is told to the page and gives null. */
  async tried(request) {
    try {
      const answer = await request();
      this.isOut = false;
      this.tell("line", true);
      return answer;
    } catch (trouble) {
      if (!trouble.kind) throw trouble;
      if (trouble.kind === "signed_out") {
        this.forgetRead();
        this.tell("signed-out");
      } else if (trouble.passes) this.tell("line", false);
      else this.tell("trouble", trouble);
      return null;
    }
  }

  async loadRooms() {
    const answer = await this.tried(() => ask("rooms/"));
    if (answer) this.takeRooms(answer);
    return Boolean(answer);
  }

  takeRooms(answer, at = now().toISOString()) {
    keepRooms(answer, at);
    this.store.takeRooms(answer);
  }

  /** A room that the page has brought along, unless it begins below what is unread. */
  takePage(id, answer) {
    if (!startOf(answer)) this.store.takeRoom(id, answer);
  }

  /** Whether something newer is kept than a page made at that moment: it came from the device. */
  async keptSince(made) {
    const at = await keptAt();
    return Boolean(at) && new Date(at) > new Date(made);
  }

  async keptRooms() {
    const kept = await keptRooms();
    if (kept && !this.store.rooms.size) this.store.takeRooms(kept);
    return Boolean(kept);
  }

  /** Opens a room: at once from the device, then as it is. `at`: a number to go to. */
  async openRoom(id, at = null) {
    if (!this.store.open.has(id) && !at) {
      const kept = await keptRoom(id);
      if (kept && !this.store.open.has(id)) this.store.takeRoom(id, { ...kept, fromDevice: true });
    }
    let answer = await this.tried(() => ask(`rooms/${id}/${at ? `?around=${at}` : ""}`));
    const from = answer && !at ? startOf(answer) : null;
    if (from) answer = (await this.tried(() => ask(`rooms/${id}/?around=${from}`))) ?? answer;
    if (answer) this.store.takeRoom(id, answer);
    return this.store.open.get(id) ?? null;
  }

  /** The end of a room, whatever is unread before it. */
  async newest(id) {
    const answer = await this.tried(() => ask(`rooms/${id}/`));
    if (answer) this.store.takeRoom(id, { ...answer, first_unread: null, room: { ...answer.room, first_unread: null } });
  }

  async older(id) {
    const state = this.store.open.get(id);
    if (!state?.moreBefore || state.loading) return;
    state.loading = true;
    const answer = await this.tried(() => ask(`rooms/${id}/?before=${state.first}`));
    state.loading = false;
    if (answer) this.store.takeRoom(id, answer, "before");
  }

  async newer(id) {
    const state = this.store.open.get(id);
    if (!state?.moreAfter || state.loading) return;
    state.loading = true;
    const answer = await this.tried(() => ask(`rooms/${id}/?after=${state.last}`));
    state.loading = false;
    if (answer) this.store.takeRoom(id, answer, "after");
  }

  /** Asks for what came since, and whether the last ones have changed; once at a time. */
  catchUp(id) {
    const running = this.catching.get(id) ?? Promise.resolve();
    const next = running.then(() => this.catchUpNow(id));
    this.catching.set(id, next);
    return next;
  }

  async catchUpNow(id) {
    const state = this.store.open.get(id);
    if (!state || state.moreAfter) return;
    let after = Math.max(state.first - 1, state.last - LOOK_BACK, 0);
    for (let more = true; more; after = state.last) {
      const answer = await this.tried(() => ask(`rooms/${id}/?after=${after}`));
      if (!answer || this.store.open.get(id) !== state) return;
      const known = state.last;
      for (const message of answer.messages) this.outbox.arrived(message.client_id);
      this.store.takeRoom(id, answer, "after");
      more = answer.more_after && state.last > known;
    }
  }

  /** After a lost line, or when the server says that it cannot tell what was missed. */
  async everything() {
    if (await this.loadRooms()) await Promise.all([...this.store.open.keys()].map((id) => this.catchUp(id)));
    for (const id of this.readUpto.keys()) this.sendRead(id);
  }

  onNotice(notice) {
    const act = {
      "talk.message": () => this.onMessage(notice),
      "talk.changed": () => this.store.changeMessage(notice.message),
      "talk.read": () => this.onRead(notice),
      "talk.room": () => this.onRoom(notice.room),
      "talk.holder": () => this.store.changeHolder(notice),
      "talk.joined": () => this.onMembers(notice),
      "talk.left": () => this.onMembers(notice),
      "talk.settings": () => Date.now() < this.ownUntil || this.roomsSoon(),
    }[notice.kind];
    act?.();
  }

  onMessage({ message }) {
    const known = this.store.addMessage(message);
    this.outbox.arrived(message.client_id);
    if (known !== "gap") return;
    this.roomsSoon();
    this.catchUp(message.room);
  }

  onRead(notice) {
    if (this.store.addRead(notice)) this.roomsSoon();
    if (notice.confirmed) this.store.addConfirmed(notice);
  }

  onRoom(id) {
    this.roomsSoon();
    if (this.store.open.has(id)) this.catchUp(id);
  }

  onMembers({ room, position }) {
    if (this.store.isMine(position)) this.loadRooms();
    if (this.store.open.has(room) && !this.store.isMine(position)) this.onRoom(room);
  }

  /** We have just changed something of our own: the notice of that tells us nothing. */
  expectOwn() {
    this.ownUntil = Date.now() + OWN_MS;
  }

  roomsSoon() {
    this.soon("rooms", SETTLE_MS, () => this.loadRooms());
  }

  /** What was seen on the screen, up to this number. */
  markRead(id, upto) {
    if (upto <= (this.readUpto.get(id) ?? 0) || upto <= (this.store.open.get(id)?.readSent ?? 0)) return;
    this.readUpto.set(id, upto);
    this.soon(`read-${id}`, SETTLE_MS, () => this.sendRead(id));
  }

  async sendRead(id) {
    const upto = this.readUpto.get(id);
    const state = this.store.open.get(id);
    const answer = upto && (await this.tried(() => tell(`rooms/${id}/read`, { upto })));
    if (!answer) return;
    if (this.readUpto.get(id) === upto) this.readUpto.delete(id);
    if (state) state.readSent = upto;
    const room = this.store.rooms.get(id);
    if (room && upto >= room.last_number) this.store.changeRoom(id, { unread: 0, mentioned: false });
    // The server counts exactly; where we do not agree, its list of rooms is right.
    if (answer.unread !== this.store.unread) this.roomsSoon();
  }
}

/** The first unread message, where it lies before what we were given. */
function startOf({ room, first_unread: unread, messages }) {
  const first = unread ?? room.first_unread;
  return first && messages.length && first < messages[0].number ? first : null;
}
