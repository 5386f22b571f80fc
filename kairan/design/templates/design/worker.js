{% autoescape off %}// SPDX-License-Identifier: Apache-2.0
// Pages from the network while there is one, else as they were last seen. What carries a fingerprint
// in its name never changes. Nothing that is sent is kept here, and no answer to a script.
const GIVEN = {{ given }};
const PATIENCE_MS = 5000;
const PAGES = new RegExp(GIVEN.pages);
const THINGS = new RegExp(GIVEN.things);
const VIEWS = new RegExp(GIVEN.views);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const stem = GIVEN.name.replace(/\d+$/, "");
  const names = await caches.keys();
  const old = names.filter((name) => name !== GIVEN.name && name.replace(/\d+$/, "") === stem);
  await Promise.all(old.map((name) => caches.delete(name)));
  await refresh();
  await self.clients.claim();
}

/** The empty page belongs to the scripts of its own time. */
async function refresh() {
  const cache = await caches.open(GIVEN.name);
  await Promise.allSettled([GIVEN.emptyPage, GIVEN.fallback].filter(Boolean).map((url) => cache.add(url)));
}

async function keep(urls) {
  const cache = await caches.open(GIVEN.name);
  await Promise.allSettled(urls.map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}

self.addEventListener("message", (event) => {
  const { data } = event;
  if (Array.isArray(data?.keep)) {
    event.waitUntil(keep([...GIVEN.files, ...data.keep.filter((url) => typeof url === "string")]));
  }
  if (data?.refresh) event.waitUntil(refresh());
  if (data?.forget) event.waitUntil(caches.delete(GIVEN.name));
});

function isFixed(url) {
  return /\.[0-9a-f]{12}\.\w+$/.test(url.pathname) || THINGS.test(url.pathname);
}

async function fetched(request) {
  const answer = await fetch(request);
  if (GIVEN.forgetsWhenSentAway && answer.type === "opaqueredirect") caches.delete(GIVEN.name);
  return answer;
}

async function fromNetwork(request, key, cache) {
  const answer = await fetched(request);
  if (answer.ok && answer.type === "basic" && !answer.redirected) cache.put(key, answer.clone());
  return answer;
}

/** The fresh answer, or when it fails or does not come soon, the one we have. */
function soonOr(fresh, known) {
  const late = new Promise((_, failed) => setTimeout(() => failed(new Error("late")), PATIENCE_MS));
  fresh.catch(() => {});
  return Promise.race([fresh, late]).catch(() => known);
}

async function answer(request, url, isPage) {
  const cache = await caches.open(GIVEN.name);
  const key = isPage && GIVEN.ignoresQuery ? url.origin + url.pathname : request;
  const known = await cache.match(key, { ignoreVary: true });
  if (known && isFixed(url)) return known;
  const fresh = fromNetwork(request, key, cache);
  if (!known) return isPage && GIVEN.fallback ? fresh.catch(() => withoutLine(cache)) : fresh;
  return soonOr(fresh, known);
}

async function withoutLine(cache) {
  return (await cache.match(GIVEN.fallback)) ?? Response.error();
}

/** Never kept; the empty page, which shows what the device has, takes its place. */
async function view(request) {
  const cache = await caches.open(GIVEN.name);
  const empty = await cache.match(GIVEN.emptyPage, { ignoreVary: true });
  const fresh = fetched(request);
  return empty ? soonOr(fresh, empty) : fresh;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const opens = request.mode === "navigate";
  if (opens && VIEWS.test(url.pathname)) return event.respondWith(view(request));
  const isPage = opens && PAGES.test(url.pathname);
  if (isPage || THINGS.test(url.pathname) || url.pathname.startsWith("/static/")) {
    event.respondWith(answer(request, url, isPage));
  }
});
{% block more %}{% endblock %}{% endautoescape %}
