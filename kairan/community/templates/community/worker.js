{# SPDX-License-Identifier: Apache-2.0 #}{% extends "design/worker.js" %}{% block more %}
// ── push ──

self.addEventListener("push", (event) => event.waitUntil(wake(event.data)));

/** Every push is shown: a phone that is woken in silence is soon woken no more. */
async function wake(data) {
  const note = { ...GIVEN.words, url: GIVEN.scope, tag: "talk", importance: 0, again: false, ...read(data) };
  await setBadge(note.badge);
  await self.registration.showNotification(note.title, {
    body: note.body,
    tag: note.tag,
    lang: "ja",
    icon: GIVEN.icon,
    badge: GIVEN.sign,
    renotify: note.again || note.importance > 0,
    requireInteraction: note.importance > 1,
    data: { url: note.url },
  });
  for (const page of await pages()) page.postMessage({ pushed: note.tag });
}

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

async function setBadge(count) {
  if (!Number.isInteger(count) || !self.navigator.setAppBadge) return;
  await self.navigator.setAppBadge(count).catch(() => {});
}

function pages() {
  return self.clients.matchAll({ type: "window" });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.url ?? GIVEN.scope));
});

/** The window that shows it already; else any of ours; else a new one. */
async function show(address) {
  const url = new URL(address, self.location.origin);
  if (url.origin !== self.location.origin || !url.pathname.startsWith(GIVEN.scope)) return;
  const windows = await pages();
  const same = windows.find((page) => new URL(page.url).pathname === url.pathname);
  if (same) {
    same.postMessage({ go: url.pathname + url.search });
    await same.focus();
    return;
  }
  for (const page of windows.filter((one) => one.navigate)) {
    try {
      await page.focus();
      await page.navigate(url.href);
      return;
    } catch {
      /* not ours to steer: try the next */
    }
  }
  await self.clients.openWindow(url.href);
}

self.addEventListener("pushsubscriptionchange", (event) => {
  // The page subscribes anew at its next load; until then the person is told there that it is off.
  event.waitUntil(pages().then((windows) => windows.forEach((page) => page.postMessage({ pushed: "" }))));
});

// ── what another app hands over waits here until a room is chosen ──

const SHARED = "shared-1";

self.addEventListener("message", (event) => {
  if (event.data?.forget) event.waitUntil(caches.delete(SHARED));
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "POST" && pathname === GIVEN.share) event.respondWith(take(event.request));
});

async function take(request) {
  const form = await request.formData();
  await caches.delete(SHARED);
  const cache = await caches.open(SHARED);
  const files = form.getAll("files").filter((one) => one instanceof File);
  const words = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim()).filter(Boolean);
  const list = files.map(({ name, type, size }) => ({ name, type, size }));
  await Promise.all(files.map((file, at) => cache.put(`${GIVEN.share}${at}`, new Response(file))));
  const content = { words: [...new Set(words)].join("\n"), files: list };
  await cache.put(`${GIVEN.share}list`, Response.json(content));
  return Response.redirect(GIVEN.share, 303);
}
{% endblock %}
