// SPDX-License-Identifier: Apache-2.0
// What the browser keeps of reports: half-filled forms (one a kind), and those on their way.
// Where nothing may be kept (private windows), every call gives null and the form works all the same.

const NAME = "kairan-report";
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asking = indexedDB.open(NAME, 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("drafts", { keyPath: "key" });
      asking.result.createObjectStore("queue", { keyPath: "run" });
    };
    asking.onsuccess = () => done(asking.result);
    asking.onerror = () => failed(asking.error);
  });
  return opened;
}

async function run(store, mode, act) {
  try {
    const database = await open();
    return await new Promise((done, failed) => {
      const work = database.transaction(store, mode);
      const request = act(work.objectStore(store));
      work.oncomplete = () => done(request.result ?? null);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } catch {
    return null;
  }
}

const shelf = (store) => ({
  get: (key) => run(store, "readonly", (rows) => rows.get(key)),
  all: async () => (await run(store, "readonly", (rows) => rows.getAll())) ?? [],
  /** True when it is really kept. */
  put: async (row) => (await run(store, "readwrite", (rows) => rows.put(row))) !== null,
  remove: (key) => run(store, "readwrite", (rows) => rows.delete(key)),
});

export const drafts = shelf("drafts");
export const queue = shelf("queue");
