// SPDX-License-Identifier: Apache-2.0
// The list of cases: rows that came in by themselves are marked, and the map asks for what lies in
// its window when it holds more than it was given.

let before = null; // ids of the rows, and one that must stay where it is, before news came
let asked = "";
let timer;

function rows(root) {
  return [...root.querySelectorAll("tr[data-map-id]")];
}

/** The row with the focus, else the first in view; none while the top of the list is in view. */
function held(list) {
  const all = rows(list);
  const focused = document.activeElement?.closest("tr[data-map-id]");
  if (focused || !all.length || all[0].getBoundingClientRect().top > 0) return focused ?? null;
  return all.find((row) => row.getBoundingClientRect().top > 0) ?? null;
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const list = detail.target?.closest?.("[data-cases]");
  if (list !== detail.target || detail.requestConfig.triggeringEvent?.type !== "live") return;
  const row = held(list);
  const ids = new Set(rows(list).map((other) => other.dataset.mapId));
  before = { ids, row: row?.id, top: row?.getBoundingClientRect().top };
});

document.body.addEventListener("htmx:afterSwap", () => {
  const list = document.querySelector("[data-cases]");
  if (!before || !list) return;
  for (const row of rows(list)) {
    if (!before.ids.has(row.dataset.mapId)) row.classList.add("is-fresh");
  }
  const row = before.row && document.getElementById(before.row);
  if (row) window.scrollBy(0, row.getBoundingClientRect().top - before.top);
  before = null;
});

function holdsMore() {
  const block = document.getElementById("cases-map-data");
  return Boolean(block && (JSON.parse(block.textContent).more || asked));
}

document.addEventListener("map:moved", ({ detail }) => {
  const box = document.querySelector("[data-cases-map]");
  if (!box || !holdsMore()) return;
  const { west, south, east, north } = detail;
  const window_ = [west, south, east, north].map((degrees) => degrees.toFixed(5)).join(",");
  if (window_ === asked) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    asked = window_;
    const url = `${box.dataset.casesMap}&box=${window_}`;
    window.htmx.ajax("GET", url, { target: "#cases-map-data", swap: "outerHTML" });
  }, 300);
});

// On a phone the filters are folded away and the map takes the list's place on demand; without
// JavaScript both stand open one below the other.
const page = document.querySelector("[data-cases-page]");
const fold = page?.querySelector("[data-filters-toggle]");

function setFolded(folded) {
  page.classList.toggle("cases-page--folded", folded);
  fold.setAttribute("aria-expanded", String(!folded));
}

function showMap(shown) {
  page.classList.toggle("cases-page--map", shown);
  for (const button of page.querySelectorAll("[data-map-toggle]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(shown));
  }
}

if (page) {
  fold.hidden = false;
  page.classList.add("cases-page--live");
  setFolded(!page.querySelector(".filters__more[open]"));
  showMap(false);
  fold.addEventListener("click", () => setFolded(fold.getAttribute("aria-expanded") === "true"));
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-toggle]");
    if (button) showMap(button.getAttribute("aria-pressed") !== "true");
  });
  document.body.addEventListener("htmx:afterSwap", () =>
    showMap(page.classList.contains("cases-page--map")),
  );
}
