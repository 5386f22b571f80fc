// SPDX-License-Identifier: Apache-2.0
// The way through a scenario's questions, as the server's engine goes it. Pure: no page, no clock.
// The data: webform.py. Answers by step id; null: skipped; a step that is missing: not answered.

const ASKING = new Set([
  "choice", "text", "number", "datetime", "photos", "position", "contact", "urgent",
]);
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const UNITS = { m: 60e3, h: 3600e3, d: 86400e3 };

/** A moment on the town's clock, as 2026-08-01T02:00:09. */
export function townTime(moment, timezone) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(moment).map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** Bounds of a question about a moment: "now", "today", "-30d", "+2h" or fixed; null for none. */
export function bound(written, mode, now) {
  if (!written) return null;
  if (written === "now" || written === "today") return cast(now.slice(0, 16), mode);
  if ("+-".includes(written[0])) {
    const by = Number.parseInt(written, 10) * UNITS[written.at(-1)];
    const moment = new Date(Date.parse(`${now}Z`) + by);
    return cast(moment.toISOString().slice(0, 16), mode);
  }
  return mode === "date" ? written.slice(0, 10) : written;
}

function cast(moment, mode) {
  if (mode === "datetime") return moment;
  return mode === "date" ? moment.slice(0, 10) : moment.slice(11, 16);
}

function isOfficeOpen(town, now) {
  if (town.holidays.includes(now.slice(0, 10)) || !town.office.days.includes(weekday(now))) return false;
  const time = now.slice(11, 16);
  return town.office.opens <= time && time < town.office.closes;
}

function weekday(now) {
  return DAYS[new Date(`${now.slice(0, 10)}T00:00:00Z`).getUTCDay()];
}

function isBetween(from, time, to) {
  return from <= to ? from <= time && time < to : time >= from || time < to;
}

/** What a condition sees of an answer: photos count as their number, a place as its words. */
function plain(answer) {
  if (Array.isArray(answer)) return answer.length;
  if (answer && typeof answer === "object") return placeWords(answer);
  return typeof answer === "string" ? answer.trim() : answer;
}

export function placeWords({ typed, lon, lat }) {
  return typed || (lon == null ? "" : `${lat.toFixed(5)}, ${lon.toFixed(5)}`);
}

export function holds(condition, facts) {
  const { answers, areas, town, now } = facts;
  const value = condition.step ? answers.get(condition.step) : undefined;
  switch (condition.type) {
    case "all":
      return condition.of.every((part) => holds(part, facts));
    case "any":
      return condition.of.some((part) => holds(part, facts));
    case "not":
      return !holds(condition.of, facts);
    case "answer":
      return value != null && condition.values.includes(String(value));
    case "answered":
      return value != null;
    case "number":
      if (typeof value !== "number") return false;
      return (condition.min ?? value) <= value && value <= (condition.max ?? value);
    case "area":
      return condition.codes.some((code) => areas.includes(code));
    case "time":
      return isBetween(condition.from, now.slice(11), condition.to);
    case "weekday":
      return condition.days.includes(weekday(now));
    case "holiday":
      return town.holidays.includes(now.slice(0, 10));
    case "office_hours":
      return isOfficeOpen(town, now);
    default:
      return false;
  }
}

/** The facts at a point of the way: only answers on it count. */
export function factsOf(data, answers, way, now) {
  const given = new Map();
  let areas = [];
  for (const id of way) {
    const answer = answers[id];
    if (answer == null || (Array.isArray(answer) && !answer.length)) continue;
    given.set(id, plain(read(data.steps[id], answer)));
    if (data.steps[id].type === "position") areas = answer.areas ?? [];
  }
  return { answers: given, areas, town: data.town, now };
}

/** Numbers are numbers for conditions, however they were written. */
function read(step, answer) {
  if (step.type !== "number" || typeof answer !== "string") return answer;
  const written = answer.normalize("NFKC").replace("−", "-").replace(/(?<=\d),(?=\d{3})/g, "");
  const found = written.match(/-?\d+(?:\.\d+)?/);
  return found ? Number(found[0]) : answer;
}

function onward(step, answer) {
  if (step.type === "choice") return step.options.find(({ value }) => value === answer)?.next ?? step.next;
  if (step.type === "urgent" && answer === "called") return step.calledNext ?? step.next;
  return step.next;
}

/**
 * `way`: the answered questions in order; `at`: the first without an answer, or null; `end`: the
 * end that was reached, or null; `said`: step id → messages before it; `head`: the confirm's text;
 * `again`: the way led back to a step that it had passed. With `passing`, questions without an
 * answer are passed over as if skipped, and stand in `way` all the same.
 */
export function walk(data, answers, now, { passing = false } = {}) {
  const way = [];
  const said = {};
  let messages = [];
  let head = null;
  let id = data.first;
  let hops = 0;
  const most = 2 * Object.keys(data.steps).length;
  const came = (at, end, again = false) => ({ way, at, end, said, head, again });
  while (id != null && hops++ <= most) {
    const step = data.steps[id];
    if (!step) break;
    if (step.type === "end") {
      said[id] = messages;
      return came(null, step);
    }
    if (step.type === "message") messages.push(step.text);
    if (step.type === "confirm") head = step.text ?? null;
    if (ASKING.has(step.type)) {
      said[id] = messages;
      messages = [];
      if (way.includes(id)) return came(id, null, true);
      if (!(id in answers) && !passing) return came(id, null);
      way.push(id);
      id = onward(step, answers[id] ?? null);
    } else if (step.type === "branch") {
      const facts = factsOf(data, answers, way, now);
      id = step.ways.find(({ when }) => holds(when, facts))?.next ?? step.next;
    } else {
      id = step.next;
    }
  }
  return came(null, null, true);
}

/** The phone numbers that an urgent gate shows now, each once; the switchboard when none is left. */
export function phonesOf(data, gate, answers, way, now) {
  const facts = factsOf(data, answers, way, now);
  const isOpen = isOfficeOpen(data.town, now);
  const found = new Map();
  for (const contact of gate.contacts) {
    if (contact.hours !== "always" && isOpen !== (contact.hours === "office")) continue;
    if (contact.when && !holds(contact.when, facts)) continue;
    const phone = entry(data, contact, facts.areas);
    if (phone?.number && !found.has(phone.number)) {
      found.set(phone.number, { ...phone, hours: data.town.hours[contact.hours] });
    }
  }
  const town = data.town.directory.town;
  return found.size ? [...found.values()] : town ? [town] : [];
}

function entry(data, { directory, name, number }, areas) {
  const { directory: list } = data.town;
  const narrowed = areas.find((area) => list[`${directory}@${area}`]);
  return list[`${directory}@${narrowed}`] ?? list[directory] ?? { name, number };
}

/** Name and number of the authority that an end hands over to. */
export function authorityOf(data, end, answers, way, now) {
  const { authority: name, number, directory } = end.outcome;
  return entry(data, { directory, name, number }, factsOf(data, answers, way, now).areas);
}
