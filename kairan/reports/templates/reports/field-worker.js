// SPDX-License-Identifier: Apache-2.0
// Looks after /console/field/ alone: the page from the network while there is one, else as it was
// last seen. What carries a fingerprint in its name never changes. Cases are not kept here.
const NAME = "field-1";
const PAGE = "/console/field/";
const SHELL = [{% for url in shell %}"{{ url|escapejs }}", {% endfor %}PAGE];
const PATIENCE_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(urls) {
  const cache = await caches.open(NAME);
  await Promise.allSettled(urls.map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}

self.addEventListener("message", ({ data }) => {
  if (Array.isArray(data?.keep)) keep([...SHELL, ...data.keep.filter((url) => typeof url === "string")]);
  if (data?.forget) caches.delete(NAME);
});

function isFixed(url) {
  return /\.[0-9a-f]{12}\.\w+$/.test(url.pathname) || url.pathname.endsWith("/thumbnail/");
}

async function fromNetwork(request, cache) {
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic" && !answer.redirected) cache.put(request, answer.clone());
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
  const isPage = request.mode === "navigate" && url.pathname === PAGE;
  const isPhoto = /^\/console\/cases\/\d+\/photos\/\d+\/thumbnail\/$/.test(url.pathname);
  if (isPage || isPhoto || url.pathname.startsWith("/static/")) event.respondWith(answer(request, url));
});
