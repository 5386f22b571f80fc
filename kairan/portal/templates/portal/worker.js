// SPDX-License-Identifier: Apache-2.0
// Looks after /report/ alone: pages from the network while there is one, else as they were last
// seen. What carries a fingerprint in its name never changes. Nothing that is sent is kept here.
const NAME = "report-1";
const SHELL = [{% for url in shell %}"{{ url|escapejs }}", {% endfor %}"/report/"];
const PATIENCE_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(urls) {
  const cache = await caches.open(NAME);
  await Promise.allSettled(urls.map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}

self.addEventListener("message", ({ data }) => {
  if (Array.isArray(data?.keep)) keep([...SHELL, ...data.keep.filter((url) => typeof url === "string")]);
});

function isFixed(url) {
  return /\.[0-9a-f]{12}\.\w+$/.test(url.pathname);
}

async function fromNetwork(request, cache) {
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") cache.put(request, answer.clone());
  return answer;
}

async function answer(request, url) {
  const cache = await caches.open(NAME);
  const known = await cache.match(request, { ignoreVary: true });
  if (known && isFixed(url)) return known;
  if (!known) return fromNetwork(request, cache);
  const late = new Promise((_, failed) => setTimeout(() => failed(new Error("late")), PATIENCE_MS));
  const fresh = fromNetwork(request, cache);
  fresh.catch(() => {});
  return Promise.race([fresh, late]).catch(() => known);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname.startsWith("/report/");
  if (isPage || url.pathname.startsWith("/static/")) event.respondWith(answer(request, url));
});
