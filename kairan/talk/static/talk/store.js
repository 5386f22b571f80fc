// SPDX-License-Identifier: Apache-2.0
// What this page knows: the rooms, and the messages of rooms that were opened. Knows nothing of
// pages or of the line. A room's messages stand without a gap between first and last; a number that
// does not follow on the last says that something is missing.

const SUMMARY = 60;

/** What a list shows of a message. `say` gives the words for what is no text. */
export function summary(message, say, stamps = {}) {
  if (message.recalled) return say("recalled");
  if (message.kind === "stamp") return say("summaryStamp", { words: stamps[message.stamp]?.words ?? "" });
  const text = message.text.replace(/\s+/g, " ").trim();
  if (text) return text.length > SUMMARY ? `${text.slice(0, SUMMARY - 1)}…` : text;
  if (message.kind === "photos") return say("summaryPhotos", { n: message.attachments.length });
  if (message.kind === "file") return message.attachments[0]?.name ?? say("summaryFile");
  return message.kind === "place" ? say("summaryPlace") : "";
}

function roomState(answer) {
  const state = { messages: new Map(), first: 0, last: 0, news: 0, confirmed: new Set() };
  return Object.assign(state, { moreBefore: false, moreAfter: false, firstUnread: answer.first_unread ?? answer.room.first_unread ?? null });
}

export class Store extends EventTarget {
  constructor(inWords) {
    super();
    this.inWords = inWords;
    this.me = { person: { id: 0, name: "" }, seats: [] };
    this.rooms = new Map();
    this.open = new Map();
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(name, act) {
    this.addEventListener(name, (event) => act(event.detail));
  }

  isMine(position) {
    return this.me.seats.some((seat) => seat.id === position);
  }

  /** Whether a message stands on our side: said from a seat of ours. */
  isOurs(message) {
    return message.position ? this.isMine(message.position.id) : false;
  }

  concernsMe(message) {
    return message.mentions.some((id) => id === 0 || this.isMine(id));
  }

  /** As the list shows it, and the server counts it: of quiet rooms too. */
  get unread() {
    return [...this.rooms.values()].reduce((sum, room) => sum + room.unread, 0);
  }

  /** Rooms with something unread first, then the latest. */
  inOrder() {
    const at = (room) => room.last?.at ?? "";
    return [...this.rooms.values()].sort(
      (one, other) =>
        Boolean(other.unread) - Boolean(one.unread) || at(other).localeCompare(at(one)) || one.id - other.id,
    );
  }

  takeRooms({ rooms, me }) {
    this.me = me;
    const gone = [...this.open.keys()].filter((id) => !rooms.some((room) => room.id === id));
    this.rooms = new Map(rooms.map((room) => [room.id, room]));
    this.emit("rooms");
    for (const id of gone) this.close(id);
  }

  /** How an answer joins what we have: anew (also around a number), before, after. */
  takeRoom(id, answer, how = "anew") {
    let state = this.open.get(id);
    if (!state || how === "anew") {
      state = roomState(answer);
      this.open.set(id, state);
    }
    const { room, members = [], pins = [], read = [] } = answer;
    if (how === "after") for (const { position, upto } of read) this.countRead(id, state, position, upto);
    Object.assign(state, { room, members, pins, read: new Map(read.map((one) => [one.position, one.upto])) });
    for (const message of answer.confirmed ?? []) state.confirmed.add(message);
    this.join(state, answer, how);
    this.rooms.set(id, { ...this.rooms.get(id), ...room });
    this.emit("room", { id, how });
    this.emit("rooms");
    return state;
  }

  join(state, answer, how) {
    const given = answer.messages;
    const all = how === "before" ? [...given, ...state.messages.values()] : [...state.messages.values(), ...given];
    state.messages = new Map(all.map((message) => [message.number, message]));
    if (how !== "after") state.moreBefore = answer.more_before;
    if (how !== "before") state.moreAfter = answer.more_after;
    const numbers = [...state.messages.keys()];
    state.first = numbers[0] ?? 0;
    state.last = numbers.at(-1) ?? (state.moreAfter ? 0 : (answer.room.last_number ?? 0));
  }

  close(id) {
    this.open.delete(id);
    this.rooms.delete(id);
    this.emit("closed", { id });
    this.emit("rooms");
  }

  /** True when it was new; «gap» when something before it is missing. */
  addMessage(message) {
    const listed = this.listMessage(message);
    const state = this.open.get(message.room);
    if (!state) return listed;
    if (state.moreAfter) {
      state.news += 1;
      this.emit("news", { id: message.room });
      return true;
    }
    if (message.number <= state.last) return this.changeMessage(message);
    if (message.number > state.last + 1) return "gap";
    state.messages.set(message.number, message);
    state.last = message.number;
    if (!state.first) state.first = message.number;
    this.emit("room", { id: message.room, how: "new", message });
    return true;
  }

  listMessage(message) {
    const room = this.rooms.get(message.room);
    if (!room) return "gap";
    if (message.number <= room.last_number) return false;
    const missed = message.number > room.last_number + 1;
    const last = { text: this.inWords(message), at: message.sent_at, name: message.position?.name ?? "" };
    const forUs = message.position && !this.isOurs(message);
    this.rooms.set(room.id, {
      ...room,
      last,
      last_number: message.number,
      unread: room.unread + (forUs ? 1 : 0),
      draft: message.person?.id === this.me.person.id ? "" : room.draft,
      mentioned: room.mentioned || Boolean(forUs && this.concernsMe(message)),
    });
    this.emit("rooms");
    if (forUs) this.emit("heard", { message });
    return missed ? "gap" : true;
  }

  /** Recalled, pinned, reacted to. */
  changeMessage(message) {
    const room = this.rooms.get(message.room);
    if (room?.last && room.last_number === message.number) {
      this.changeRoom(room.id, { last: { ...room.last, text: this.inWords(message) } });
    }
    const state = this.open.get(message.room);
    if (!state?.messages.has(message.number)) return false;
    state.messages.set(message.number, message);
    state.pins = state.pins.filter((pin) => pin.id !== message.id);
    if (message.pinned && !message.recalled) state.pins = [message, ...state.pins];
    this.emit("room", { id: message.room, how: "changed", message });
    return true;
  }

  /** A position has read up to a number. Returns whether our own count is to be asked anew. */
  addRead({ room: id, position, upto }) {
    const state = this.open.get(id);
    if (state) this.countRead(id, state, position, upto);
    const room = this.rooms.get(id);
    if (!room || !this.isMine(position) || !room.unread) return false;
    if (upto < room.last_number) return true;
    this.rooms.set(id, { ...room, unread: 0, mentioned: false });
    this.emit("rooms");
    return false;
  }

  countRead(id, state, position, upto) {
    const before = state.read.get(position) ?? 0;
    if (upto <= before) return;
    state.read.set(position, upto);
    for (const message of state.messages.values()) {
      if (message.number <= before || message.number > upto || message.position?.id === position) continue;
      const read = Math.min(message.recipients, message.read + 1);
      state.messages.set(message.number, { ...message, read });
    }
    this.emit("room", { id, how: "read" });
  }

  /** A position has said that it has read a message that must be confirmed. */
  addConfirmed({ room: id, position, confirmed }) {
    const state = this.open.get(id);
    if (!state) return;
    const kept = [...state.messages.values()].find((message) => message.id === confirmed);
    if (this.isMine(position)) state.confirmed.add(confirmed);
    if (!kept) return;
    const message = { ...kept, confirmed: Math.min(kept.recipients, kept.confirmed + 1) };
    state.messages.set(kept.number, message);
    this.emit("room", { id, how: "changed", message });
  }

  /** Somebody else sits there now, or it is called otherwise. What was said keeps its names. */
  changeHolder({ room: id, position, name, person }) {
    const room = this.rooms.get(id);
    if (room?.kind === "direct" && !this.isMine(position)) this.changeRoom(id, { name, person });
    const state = this.open.get(id);
    if (!state) return;
    state.members = state.members.map((one) => (one.id === position ? { ...one, name, person } : one));
    this.emit("room", { id, how: "members" });
  }

  changeRoom(id, facts) {
    const room = this.rooms.get(id);
    if (!room) return;
    this.rooms.set(id, { ...room, ...facts });
    this.emit("rooms");
  }
}
