// SPDX-License-Identifier: Apache-2.0
// What an answer must be, said at once; and answers as people read them. The server checks again.

import { bound, placeWords } from "./walk.js";

const LONGEST_PLACE = 200;

export function say(data, name, values = {}) {
  return (data.words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

export function isEmpty(answer) {
  return answer == null || answer === "" || (Array.isArray(answer) && !answer.length);
}

/** What is wrong with an answer, or null. */
export function problemOf(data, step, answer, now) {
  if (isEmpty(answer)) {
    if (!step.required) return null;
    return say(data, { choice: "choose", urgent: "choose", position: "positionWanted" }[step.type] ?? "needed");
  }
  switch (step.type) {
    case "text":
      return textProblem(data, step, answer);
    case "number":
      return numberProblem(data, step, answer);
    case "datetime":
      return momentProblem(data, step, answer, now);
    case "position":
      return placeProblem(data, step, answer);
    default:
      return null;
  }
}

function textProblem(data, step, answer) {
  const text = answer.trim();
  const count = [...text].length;
  if (count > step.max) return say(data, "tooLong", { max: step.max, count });
  if (count < step.min) return say(data, "tooShort", { min: step.min });
  if (!step.pattern || fits(step.pattern, text) || fits(step.pattern, text.normalize("NFKC"))) return null;
  return step.hint ?? say(data, "wrongForm");
}

/** True also for a pattern that only the server's kind of expressions knows. */
function fits(pattern, text) {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(text);
  } catch {
    return true;
  }
}

function numberProblem(data, step, answer) {
  const written = String(answer).normalize("NFKC").replace("−", "-").replace(/(?<=\d),(?=\d{3})/g, "");
  const found = written.match(/-?\d+(?:\.\d+)?/g) ?? [];
  if (found.length !== 1 || found[0].length > 15) return say(data, "notANumber");
  const value = Number(found[0]);
  if (!step.decimals && !Number.isInteger(value)) return say(data, "noDecimals");
  if (step.min != null && value < step.min) return say(data, "numberTooSmall", { min: `${step.min}${step.unit}` });
  if (step.max != null && value > step.max) return say(data, "numberTooLarge", { max: `${step.max}${step.unit}` });
  return null;
}

function momentProblem(data, step, answer, now) {
  const form = { date: /^\d{4}-\d\d-\d\d$/, time: /^\d\d:\d\d$/, datetime: /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/ };
  if (!form[step.mode].test(answer)) return say(data, "notAMoment");
  const low = bound(step.min, step.mode, now);
  const high = bound(step.max, step.mode, now);
  const isBefore = (one, other) => {
    const length = Math.min(one.length, other.length);
    return one.slice(0, length) < other.slice(0, length);
  };
  if (low && isBefore(answer, low)) return say(data, "tooEarly", { bound: momentShown(low, data.language) });
  if (high && isBefore(high, answer)) return say(data, "tooLate", { bound: momentShown(high, data.language) });
  return null;
}

function placeProblem(data, step, { lon, lat, typed, inside }) {
  if (lon == null || lat == null) {
    const words = (typed ?? "").trim();
    return step.typed && words && words.length <= LONGEST_PLACE ? null : say(data, "positionWanted");
  }
  if (inside === false && !step.acceptOutside) return step.outside ?? say(data, "outside");
  return null;
}

export function momentShown(value, language) {
  if (!language.startsWith("ja")) return value.replace("T", " ");
  if (value.length === 5) return `${Number(value.slice(0, 2))}:${value.slice(3)}`;
  const [year, month, day] = value.slice(0, 10).split("-").map(Number);
  const weekday = "日月火水木金土"[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  const text = `${year}年${month}月${day}日(${weekday})`;
  return value.length > 10 ? `${text} ${Number(value.slice(11, 13))}:${value.slice(14, 16)}` : text;
}

/** An answer for the summary. */
export function shown(data, step, answer) {
  if (isEmpty(answer)) return say(data, "skipped");
  switch (step.type) {
    case "choice":
      return step.options.find(({ value }) => value === answer)?.label ?? String(answer);
    case "number":
      return `${answer}${step.unit ?? ""}`;
    case "datetime":
      return momentShown(answer, data.language);
    case "photos":
      return say(data, "photoCount", { count: answer.length });
    case "contact":
      return say(data, "wanted");
    case "urgent":
      return say(data, answer === "called" ? "called" : "notUrgent");
    case "position":
      if (answer.lon != null && answer.area && !answer.typed) return say(data, "inArea", { area: answer.area });
      return answer.typed || (answer.lon == null ? "" : say(data, "onMap")) || placeWords(answer);
    default:
      return String(answer);
  }
}
