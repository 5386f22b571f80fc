// SPDX-License-Identifier: Apache-2.0
// The ledger page: newest first, read anew every two seconds.

import { get, remove } from "./api.js";
import { $, h } from "./dom.js";

const filters = $("[data-filters]");
const body = $("[data-lines]");
const time = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
let newest = 0;

const query = () => new URLSearchParams(new FormData(filters));

function details(line) {
  const parts = { 呼び出しの中身: line.body, 答え: line.answer, 見出し: line.headers };
  const shown = Object.entries(parts).filter(([, value]) => value !== null && Object.keys(Object(value)).length !== 0);
  const warnings = line.warnings.length ? [h("p", { class: "warn" }, `注意: ${line.warnings.join("、")}`)] : [];
  return h(
    "details",
    {},
    h("summary", {}, "開く"),
    ...warnings,
    ...shown.map(([name, value]) => [h("h2", {}, name), h("pre", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2))]).flat(),
  );
}

function row(line) {
  const good = line.status >= 200 && line.status < 300;
  const status = line.status ?? "答えなし";
  return h(
    "tr",
    { class: good ? "" : "bad" },
    h("td", { class: "time-cell" }, time.format(new Date(line.time))),
    h("td", {}, line.direction === "in" ? "LINEへ" : "市へ"),
    h("td", { class: "path" }, `${line.method} ${line.path}`),
    h("td", {}, `${status}${line.fault ? `（障害 ${line.fault}）` : ""}`),
    h("td", {}, `${line.ms} ms`),
    h("td", {}, details(line)),
  );
}

async function more(fresh = false) {
  if (fresh) {
    body.replaceChildren();
    newest = 0;
  }
  const wanted = query();
  wanted.set("after", newest);
  wanted.set("limit", "300");
  const { lines } = await get(`/sim/ledger?${wanted}`);
  for (const line of lines) {
    newest = Math.max(newest, line.n);
    body.prepend(row(line));
  }
  $("[data-count]").textContent = `${body.children.length}件`;
}

filters.addEventListener("submit", (event) => {
  event.preventDefault();
  more(true);
});
$("[data-clear]").addEventListener("click", async () => {
  await remove("/sim/ledger");
  more(true);
});
await more(true);
setInterval(more, 2000);
document.body.dataset.ready = "yes";
