// SPDX-License-Identifier: Apache-2.0
// Maps described by data: <div data-map="list|view|picker" data-map-source="id of a block of JSON (tag page_data)">.
// The block: {tiles: {url, credit, credit_url}, areas: GeoJSON, areas_credit, points: [{id, lat,
// lon, label, tone, url, here}], cells: [{lat, lon, count, bounds}], center: [lat, lon], zoom}. All may
// be missing. Whatever is on the map is also in a list beside it.

import { drawPoints } from "./map-points.js";
import { startPicker } from "./map-picker.js";
import { words } from "./words.js";

const JAPAN = [36.5, 138.0];
const MOST_NAMED_AREAS = 30;
const NAME_LOOK = {
  permanent: true,
  direction: "center",
  className: "map-area-name",
  pane: "shadowPane", // below the pins
  interactive: false,
};
const maps = new Map(); // canvas → {map, element, script, points layer}

/** Leaflet is a classic script of the page's head; null when the page forgot it. */
async function leaflet() {
  if (!window.L && document.readyState !== "complete") {
    await new Promise((done) => window.addEventListener("load", done, { once: true }));
  }
  return window.L ?? null;
}

function readData(element) {
  const script = document.getElementById(element.dataset.mapSource);
  return { script, data: script ? JSON.parse(script.textContent) : {} };
}

function escape(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

function credit({ credit: name, credit_url: url }) {
  return url ? `<a href="${encodeURI(url)}">${escape(name)}</a>` : escape(name ?? "");
}

function addTiles(L, map, tiles, note) {
  let drawn = 0;
  let failed = 0;
  const show = () => {
    note.hidden = drawn > 0 || failed < 2;
    note.textContent = note.hidden ? "" : words("noTiles");
  };
  L.tileLayer(tiles.url, { attribution: credit(tiles), maxZoom: 18, maxNativeZoom: 18 })
    .on("tileload", () => (drawn += 1) && show())
    .on("tileerror", () => (failed += 1) && show())
    .addTo(map);
}

function addAreas(L, map, { areas, areas_credit: source }) {
  const layer = L.geoJSON(areas, {
    attribution: escape(source ?? ""),
    interactive: false,
    style: () => ({ className: "map-area", weight: 1.5 }),
  }).addTo(map);
  if (areas.features.length > MOST_NAMED_AREAS) return layer;
  layer.eachLayer((area) => {
    area.bindTooltip(escape(area.feature.properties.name ?? ""), NAME_LOOK);
  });
  return layer;
}

function create(L, canvas, data, note) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(canvas, {
    zoomControl: false,
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    minZoom: 5,
    maxZoom: 18,
  });
  L.control.zoom({ zoomInTitle: words("mapIn"), zoomOutTitle: words("mapOut") }).addTo(map);
  map.attributionControl.setPrefix('<a href="https://leafletjs.com/">Leaflet</a>');
  // The wheel belongs to the page until somebody works on the map.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur mouseout", () => map.scrollWheelZoom.disable());
  map.setView(data.center ?? JAPAN, data.zoom ?? 5);
  if (data.tiles) addTiles(L, map, data.tiles, note);
  if (data.areas) map.areas = addAreas(L, map, data);
  return map;
}

function spotsOf(data) {
  return [...(data.points ?? []), ...(data.cells ?? [])].map(({ lat, lon }) => [lat, lon]);
}

function showAll(L, map, data) {
  const spots = spotsOf(data);
  if (data.center && data.zoom) return map.setView(data.center, data.zoom);
  if (spots.length === 1) return map.setView(spots[0], 16);
  if (spots.length) return map.fitBounds(L.latLngBounds(spots).pad(0.1), { maxZoom: 16 });
  if (map.areas) return map.fitBounds(map.areas.getBounds());
  return map;
}

function update(L, entry) {
  const { script, data } = readData(entry.element);
  if (script === entry.script) return;
  entry.script = script;
  const view = entry.map.getBounds();
  const spots = spotsOf(data);
  entry.draw(data);
  if (spots.length && !spots.some((spot) => view.contains(spot))) showAll(L, entry.map, data);
}

function start(L, element) {
  const canvas = element.querySelector("[data-map-canvas]");
  if (!canvas?.isConnected) return; // a newer fragment has taken the place of this one meanwhile
  if (maps.has(canvas)) {
    maps.get(canvas).element = element; // the canvas was kept while its surroundings were renewed
    return;
  }
  element.querySelector("[data-map-tools]")?.removeAttribute("hidden");
  const { script, data } = readData(element);
  const map = create(L, canvas, data, element.querySelector("[data-map-note]"));
  showAll(L, map, data);
  const draw = element.dataset.map === "picker" ? () => {} : drawPoints(L, map);
  draw(data);
  if (element.dataset.map === "picker") startPicker(L, map, element, data);
  const entry = { map, element, script, draw };
  maps.set(canvas, entry);
  map.on("moveend", () => canvas.dispatchEvent(moved(map.getBounds())));
  let hidden = !canvas.clientWidth;
  entry.sizes = new ResizeObserver(() => {
    map.invalidateSize({ pan: false });
    if (hidden && canvas.clientWidth) showAll(L, map, readData(entry.element).data);
    hidden &&= !canvas.clientWidth;
  });
  entry.sizes.observe(canvas);
}

/** `map:moved`: the window in degrees, for pages that fetch what lies in it. */
function moved(box) {
  const detail = {
    west: box.getWest(),
    south: box.getSouth(),
    east: box.getEast(),
    north: box.getNorth(),
  };
  return new CustomEvent("map:moved", { bubbles: true, detail });
}

function forgetGone() {
  for (const [canvas, { map, sizes }] of maps) {
    if (canvas.isConnected) continue;
    sizes.disconnect(); // it would ask a map that is gone
    map.remove();
    maps.delete(canvas);
  }
}

let listening = false;

export async function attach(root) {
  const L = await leaflet();
  if (!L) return;
  const found = [...root.querySelectorAll("[data-map]")];
  if (root.matches("[data-map]")) found.push(root);
  for (const element of found) start(L, element);
  if (listening) return;
  listening = true;
  document.addEventListener("map:data", ({ detail }) => {
    for (const entry of maps.values()) {
      if (entry.element.dataset.mapSource === `${detail.name}-data`) entry.draw(detail.data);
    }
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    forgetGone();
    for (const entry of maps.values()) update(L, entry);
  });
}
