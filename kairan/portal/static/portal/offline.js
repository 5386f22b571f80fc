// SPDX-License-Identifier: Apache-2.0
// The service worker of /report/: what has been loaded once opens without a line as well.

export async function startWorker() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/report/worker.js", { scope: "/report/" });
    const { active } = await navigator.serviceWorker.ready;
    if (document.readyState !== "complete") await new Promise((done) => window.addEventListener("load", done, { once: true }));
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const ours = loaded.filter((name) => name.startsWith(`${location.origin}/static/`));
    active.postMessage({ keep: [location.href, ...ours] });
  } catch {
    /* without one the form works as long as it stays open */
  }
}
