// SPDX-License-Identifier: Apache-2.0
// The list of cases: rows that came in by themselves are marked, and the map asks for what lies in
// its window when it holds more than it was given.

let before = null; // ids of the rows before the list was renewed by news
let asked = "";
let timer;

function rowIds(root) {
  return new Set([...root.querySelectorAll("tr[data-map-id]")].map((row) => row.dataset.mapId));
}

document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const list = detail.elt.closest?.("[data-cases]");
  const isNews = list === detail.elt && detail.requestConfig.triggeringEvent?.type === "live";
  before = isNews ? rowIds(list) : before;
});

document.body.addEventListener("htmx:afterSwap", () => {
  const list = document.querySelector("[data-cases]");
  if (!before || !list) return;
  for (const row of list.querySelectorAll("tr[data-map-id]")) {
    if (!before.has(row.dataset.mapId)) row.classList.add("is-fresh");
  }
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
