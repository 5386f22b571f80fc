// SPDX-License-Identifier: Apache-2.0
// What was written and waits to be sent: kept on the device, in order, under a name of its own each,
// so that the server knows what it has got already. One tab sends for all.

import { send, upload } from "./api.js";
import { isWaiting, lockName, putWaiting, removeWaiting, waiting } from "./keep.js";
import { newId, say } from "./page.js";

const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;
const AT_ONCE = 20;

export class Outbox extends EventTarget {
  constructor() {
    super();
    this.rows = [];
    this.sending = new Set();
    this.retry = FIRST_RETRY_MS;
    this.offline = false;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("talk-outbox") : null;
    this.channel?.addEventListener("message", () => this.load());
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  async load() {
    this.rows = await waiting();
    this.changed();
  }

  changed(others = false) {
    if (others) this.channel?.postMessage("changed");
    this.dispatchEvent(new Event("changed"));
  }

  of(room) {
    return this.rows.filter((row) => row.room === room);
  }

  /** `content`: fields of a message; `files`: [{id, blob, name, photo}]. It goes off at once, or later. */
  async add(content, files = []) {
    const last = this.rows.at(-1)?.place ?? 0;
    const row = { client_id: newId(), place: Math.max(Date.now(), last + 1), content, files, room: content.room };
    row.state = "waiting";
    this.rows.push(row);
    this.changed();
    await putWaiting(row);
    this.flush();
    return row;
  }

  async cancel(id) {
    if (this.sending.has(id)) return false;
    this.rows = this.rows.filter((row) => row.client_id !== id);
    await removeWaiting(id);
    this.changed(true);
    return true;
  }

  async again(id) {
    const row = this.rows.find((one) => one.client_id === id);
    if (!row) return;
    Object.assign(row, { state: "waiting", reason: "" });
    await putWaiting(row);
    this.changed();
    this.flush();
  }

  /** It stands in the room, whoever told us. */
  async arrived(id) {
    if (!this.rows.some((row) => row.client_id === id)) return;
    this.rows = this.rows.filter((row) => row.client_id !== id);
    await removeWaiting(id);
    this.changed(true);
  }

  /** Sends what waits; safe to call at any moment. */
  flush() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).then(() => this.locked()).catch(() => this.later());
    return this.running;
  }

  locked() {
    if (!navigator.locks) return this.sendAll();
    return navigator.locks.request(lockName(), () => this.sendAll());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY_MS);
  }

  async sendAll() {
    for (;;) {
      const ready = this.rows.filter((row) => row.state === "waiting");
      if (!ready.length) return;
      const batch = ready[0].files.length ? ready.slice(0, 1) : ready.slice(0, AT_ONCE);
      const end = batch.findIndex((row, at) => at && row.files.length);
      try {
        await this.sendBatch(end > 0 ? batch.slice(0, end) : batch);
      } catch (trouble) {
        if (!this.failed(trouble, ready[0])) return;
      }
    }
  }

  async sendBatch(rows) {
    // Another tab may have sent or dropped them while we waited for our turn.
    const still = [];
    for (const row of rows) if (await isWaiting(row.client_id)) still.push(row);
    if (still.length < rows.length) await this.load();
    if (!still.length) return;
    for (const row of still) this.sending.add(row.client_id);
    this.offline = false;
    this.changed();
    try {
      for (const row of still) await this.uploadFiles(row);
      const answers = await send(still.map(messageOf));
      for (const row of still) {
        await this.take(row, answers.find((one) => one.client_id === row.client_id));
      }
      this.retry = FIRST_RETRY_MS;
    } finally {
      for (const row of still) this.sending.delete(row.client_id);
      this.changed(true);
    }
  }

  async uploadFiles(row) {
    for (const file of row.files) {
      if (file.key) continue;
      file.key = (await upload(file.blob, file.name, file.id)).key;
      await putWaiting(row);
    }
  }

  async take(row, answer) {
    if (answer?.state === "refused" || !answer) return this.refuse(row, answer?.words ?? refusal(answer?.reason));
    Object.assign(row, { state: "sent", number: answer.number, id: answer.id, sentAt: answer.sent_at });
    await removeWaiting(row.client_id);
    this.dispatchEvent(new CustomEvent("stored", { detail: { row, answer } }));
  }

  async refuse(row, words) {
    Object.assign(row, { state: "refused", reason: words });
    await putWaiting(row);
    this.changed();
  }

  /** True when the rest may go on. */
  failed(trouble, row) {
    if (trouble.kind === "signed_out") {
      this.dispatchEvent(new Event("signed-out"));
      return false;
    }
    if (trouble.kind && !trouble.passes) {
      this.refuse(row, trouble.message);
      return true;
    }
    this.offline = trouble.kind === "line";
    this.changed();
    this.later();
    return false;
  }
}

function messageOf({ client_id, content, files }) {
  return files.length ? { client_id, ...content, attachments: files.map((file) => file.key) } : { client_id, ...content };
}

function refusal(reason) {
  const words = {
    not_here: "refusedNotHere",
    closed: "refusedClosed",
    office_only: "refusedOfficeOnly",
    managers_only: "refusedManagersOnly",
    attachment: "refusedAttachment",
    taken: "refusedTaken",
  };
  return say(words[reason] ?? "refusedUnfit");
}
