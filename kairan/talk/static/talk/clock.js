// SPDX-License-Identifier: Apache-2.0
// Days and times in Japan, by the server's clock: that of a phone may be wrong.

import { say } from "./page.js";

const ZONE = "Asia/Tokyo";
const parts = (options) => new Intl.DateTimeFormat("ja-JP", { timeZone: ZONE, ...options });
const DAY = parts({ year: "numeric", month: "2-digit", day: "2-digit" });
const TIME = parts({ hour: "numeric", minute: "2-digit" });
const SHORT = parts({ month: "numeric", day: "numeric" });
const LONG = parts({ month: "numeric", day: "numeric", weekday: "short" });
const YEAR = parts({ year: "numeric", month: "numeric", day: "numeric", weekday: "short" });
const DAY_MS = 24 * 3600 * 1000;

let ahead = 0; // how far the server's clock is ahead of ours

/** The Date header of an answer that has just come. */
export function setClock(date) {
  const at = Date.parse(date ?? "");
  if (Number.isFinite(at)) ahead = at - Date.now();
}

export function now() {
  return new Date(Date.now() + ahead);
}

/** «2026/11/22»: two moments of one day have the same. */
export function dayOf(iso) {
  return DAY.format(new Date(iso));
}

export function timeOf(iso) {
  return TIME.format(new Date(iso));
}

/** Of a date line: 今日, 昨日, 11月20日(金), with the year when it is another. */
export function dayInWords(iso) {
  const day = dayOf(iso);
  if (day === DAY.format(now())) return say("today");
  if (day === DAY.format(new Date(now() - DAY_MS))) return say("yesterday");
  const sameYear = day.slice(0, 4) === DAY.format(now()).slice(0, 4);
  return (sameYear ? LONG : YEAR).format(new Date(iso));
}

/** In a list: the time of today, else the day. */
export function shortly(iso) {
  if (!iso) return "";
  const day = dayOf(iso);
  if (day === DAY.format(now())) return timeOf(iso);
  if (day === DAY.format(new Date(now() - DAY_MS))) return say("yesterday");
  const sameYear = day.slice(0, 4) === DAY.format(now()).slice(0, 4);
  return sameYear ? SHORT.format(new Date(iso)) : day;
}

export function dayAndTime(iso) {
  return iso ? `${dayInWords(iso)} ${timeOf(iso)}` : "";
}

/** Whether less than so many milliseconds have passed since. */
export function isWithin(iso, span) {
  return now() - new Date(iso) < span;
}
