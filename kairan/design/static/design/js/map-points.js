// SPDX-License-Identifier: Apache-2.0
// Pins of a list map: near ones stand together as a cell with their number, so that no two things
// to press lie on one another; a pin and the row [data-map-id] of the same thing light up together.

import { make, words } from "./words.js";

const CELL_PX = 64;
const LAST_ZOOM = 18;
const SAME_PLACE_M = 15;
const POPUP = { minWidth: 200, maxWidth: 280, maxHeight: 220 };
const PIN = "M16 39C25 28 30 21.5 30 15.5a14 14 0 0 0-28 0C2 21.5 7 28 16 39z";

function rowOf(id) {
  return document.querySelector(`[data-map-id="${CSS.escape(String(id))}"]`);
}

function pinIcon(L, tone) {
  const svg = `<svg viewBox="0 0 32 40" aria-hidden="true"><path d="${PIN}"/></svg>`;
  return L.divIcon({
    html: svg,
    className: `pin tone-${/^\w+$/.test(tone ?? "") ? tone : "blue"}`,
    iconSize: [32, 40],
    iconAnchor: [16, 39],
    popupAnchor: [0, -36],
  });
}

function cellIcon(L, count) {
  const size = count < 10 ? 36 : count < 100 ? 42 : count < 1000 ? 50 : 58;
  const text = count.toLocaleString("ja");
  return L.divIcon({ html: `<span>${text}</span>`, className: "cell", iconSize: [size, size] });
}

function nameIt(marker, label) {
  marker.getElement()?.setAttribute("aria-label", label);
}

const AROUND = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y]));

/** Groups of points near one another at this zoom; the first of each is where it is shown. */
function gather(map, points) {
  const view = map.getBounds().pad(0.3);
  const squares = new Map(); // square of the map → groups that begin in it
  for (const point of points) {
    const at = map.project([point.lat, point.lon]);
    const { x, y } = at.divideBy(CELL_PX).floor();
    const near = AROUND.flatMap(([dx, dy]) => squares.get(`${x + dx}:${y + dy}`) ?? []);
    const group = near.find((other) => other.at.distanceTo(at) < CELL_PX);
    if (group) group.points.push(point);
    else squares.set(`${x}:${y}`, [...(squares.get(`${x}:${y}`) ?? []), { at, points: [point] }]);
  }
  const groups = [...squares.values()].flat().map((group) => group.points);
  return groups.filter(([first]) => view.contains([first.lat, first.lon]));
}

function linkList(points) {
  const items = points.map(({ url, label }) =>
    make("li", {}, url ? make("a", { href: url }, label) : label),
  );
  return make("ul", {}, ...items);
}

/** Returns draw(data), which may be called again with newer data. */
export function drawPoints(L, map) {
  const layer = L.layerGroup().addTo(map);
  const markers = new Map(); // id → marker that shows it
  let data = {};
  let lit = null;
  let reading = false;

  function light(id, on) {
    rowOf(id)?.classList.toggle("is-current", on);
    markers.get(String(id))?.getElement()?.classList.toggle("is-current", on);
    lit = on ? String(id) : null;
  }

  function choose(id) {
    if (lit !== null) light(lit, false);
    light(id, true);
    rowOf(id)?.scrollIntoView({ block: "nearest" });
  }

  /** What the map is about: over everything, and nothing to press. */
  function addHere(point) {
    const look = { icon: pinIcon(L, point.tone), interactive: false, keyboard: false };
    const marker = L.marker([point.lat, point.lon], { ...look, zIndexOffset: 2000 }).addTo(layer);
    marker.getElement()?.classList.add("pin--here");
    marker.getElement()?.setAttribute("role", "img");
    if (point.label) nameIt(marker, point.label);
  }

  function addPin(point) {
    const look = { icon: pinIcon(L, point.tone), title: point.label, riseOnHover: true };
    const marker = L.marker([point.lat, point.lon], look).addTo(layer);
    if (point.label) nameIt(marker, point.label);
    if (point.url) marker.bindPopup(linkList([point]), POPUP);
    marker.on("click keypress", () => choose(point.id));
    markers.set(String(point.id), marker);
  }

  function addCell(position, count, open) {
    const words_ = words("cell", { n: count.toLocaleString("ja") });
    const marker = L.marker(position, { icon: cellIcon(L, count), title: words_ }).addTo(layer);
    nameIt(marker, words_);
    open(marker);
    return marker;
  }

  function addGroup(points) {
    const bounds = L.latLngBounds(points.map(({ lat, lon }) => [lat, lon]));
    const marker = addCell([points[0].lat, points[0].lon], points.length, (cell) => {
      // The same place, or as near as the map goes: a list instead of a zoom.
      const metres = bounds.getSouthWest().distanceTo(bounds.getNorthEast());
      const last = metres < SAME_PLACE_M || map.getZoom() >= LAST_ZOOM;
      if (last) cell.bindPopup(linkList(points), POPUP);
      else cell.on("click keypress", () => map.fitBounds(bounds.pad(0.2), { maxZoom: LAST_ZOOM }));
    });
    for (const { id } of points) markers.set(String(id), marker);
  }

  function addServerCell({ lat, lon, count, bounds }) {
    addCell([lat, lon], count, (cell) =>
      cell.on("click keypress", () =>
        bounds ? map.fitBounds(bounds) : map.setView([lat, lon], map.getZoom() + 2),
      ),
    );
  }

  /** Where much happens: coloured by level; the words and the way on stand in its popup. */
  function addSquare({ bounds, level, url, label }) {
    const square = L.rectangle(bounds, { className: `map-heat map-heat--${Number(level)}` });
    square.bindPopup(linkList([{ url, label }]), POPUP).addTo(layer);
  }

  function render() {
    if (reading) return; // the popup hangs on a marker; it would close under the reader
    layer.clearLayers();
    markers.clear();
    for (const square of data.squares ?? []) addSquare(square);
    for (const cell of data.cells ?? []) addServerCell(cell);
    const all = data.points ?? [];
    all.filter((point) => point.here).forEach(addHere);
    for (const points of gather(map, all.filter((point) => !point.here))) {
      if (points.length === 1) addPin(points[0]);
      else addGroup(points);
    }
    if (lit !== null) light(lit, true);
  }

  function onRow(event, on) {
    const row = event.target.closest?.("[data-map-id]");
    if (row) light(row.dataset.mapId, on);
  }

  map.on("popupopen", () => (reading = true));
  map.on("popupclose", () => (reading = false));
  map.on("moveend zoomend popupclose", render);
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => onRow(event, true));
  }
  for (const name of ["mouseout", "focusout"]) {
    document.addEventListener(name, (event) => onRow(event, false));
  }
  return (newer) => {
    data = newer;
    render();
  };
}
