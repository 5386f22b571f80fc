// SPDX-License-Identifier: Apache-2.0
// What the phone keeps for work out of doors: the cases it took along, and what was done there.

const NAME = "kairan-field";
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asking = indexedDB.open(NAME, 1);
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore("taken", { keyPath: "name" });
      asking.result.createObjectStore("edits", { keyPath: "key" });
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
  clear: () => run(store, "readwrite", (rows) => rows.clear()),
});

/** One row, "cases": {person, at, who, cases}. */
export const taken = shelf("taken");
/** {key, case, kind, made_at, seen, …, state: waiting | conflict | refused}, oldest first by `made_at`. */
export const edits = shelf("edits");
