// SPDX-License-Identifier: Apache-2.0
// What a page keeps on the device (IndexedDB). Where nothing may be kept (private windows, full
// disk), every call gives null and the page works all the same.

/** shelves("name", {drafts: "key"}): one shelf for each store, its rows known by that field. */
export function shelves(name, keys) {
  let opened = null;

  function open() {
    opened ??= new Promise((done, failed) => {
      const asking = indexedDB.open(name, 1);
      asking.onupgradeneeded = () => {
        for (const [store, keyPath] of Object.entries(keys)) asking.result.createObjectStore(store, { keyPath });
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
  return Object.fromEntries(Object.keys(keys).map((store) => [store, shelf(store)]));
}
