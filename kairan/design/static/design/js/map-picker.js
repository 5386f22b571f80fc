// SPDX-License-Identifier: Apache-2.0
// Choosing one place: by tap, by the buttons 上下左右, or where the device is. The two number
// fields stay the truth; without JavaScript they are what one fills in. `map:set` {lat, lon} sets it too.

import { words } from "./words.js";

const STEP_PX = 24;
const MOVES = { up: [0, -STEP_PX], down: [0, STEP_PX], left: [-STEP_PX, 0], right: [STEP_PX, 0] };
const PLACES = 6; // digits: about 10 cm
const LOCATE_MS = 15000;

/** Even–odd rule over all rings of a Polygon or MultiPolygon. */
function contains(geometry, lat, lon) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => rings.reduce((inside, ring) => inside !== crosses(ring, lat, lon), false));
}

function crosses(ring, lat, lon) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[j];
    if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd;
}

/** Where the pin is, in words: the area's name if we have areas, else the numbers. */
function describe(areas, lat, lon) {
  if (!areas?.features?.length) {
    return words("position", { lat: lat.toFixed(5), lon: lon.toFixed(5) });
  }
  const area = areas.features.find(({ geometry }) => contains(geometry, lat, lon));
  return area ? words("inside", { area: area.properties.name }) : words("outside");
}

function isOutside(areas, { lat, lng }) {
  return Boolean(areas?.features?.length) && !areas.features.some(({ geometry }) => contains(geometry, lat, lng));
}

function fieldsOf(element) {
  const { mapLatitude, mapLongitude } = element.dataset;
  return [document.getElementById(mapLatitude), document.getElementById(mapLongitude)];
}

export function startPicker(L, map, element, data) {
  const [latitude, longitude] = fieldsOf(element);
  const place = element.querySelector("[data-map-place]");
  const svg = '<svg viewBox="0 0 32 40" aria-hidden="true"><path d="M16 39C25 28 30 21.5 30 15.5a14 14 0 0 0-28 0C2 21.5 7 28 16 39z"/></svg>';
  const icon = L.divIcon({ html: svg, className: "pin tone-red", iconSize: [32, 40], iconAnchor: [16, 39] });
  let marker = null;

  function show(latlng) {
    if (!marker) marker = L.marker(latlng, { icon, keyboard: false, interactive: false }).addTo(map);
    marker.setLatLng(latlng);
    if (!map.getBounds().pad(-0.1).contains(latlng)) map.panTo(latlng);
    place.textContent = describe(data.areas, latlng.lat, latlng.lng);
  }

  function set(latlng) {
    const spot = latlng.wrap();
    latitude.value = spot.lat.toFixed(PLACES);
    longitude.value = spot.lng.toFixed(PLACES);
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
    show(spot);
  }

  function readFields() {
    const lat = Number.parseFloat(latitude.value);
    const lon = Number.parseFloat(longitude.value);
    if (Number.isFinite(lat) && Number.isFinite(lon)) return L.latLng(lat, lon);
    return null;
  }

  function move(direction) {
    const from = map.latLngToContainerPoint(marker?.getLatLng() ?? map.getCenter());
    set(map.containerPointToLatLng(from.add(MOVES[direction])));
  }

  function locate() {
    place.textContent = words("locating");
    const failed = () => (place.textContent = words("locateFailed"));
    if (!navigator.geolocation) return failed();
    const found = ({ coords }) => {
      const here = L.latLng(coords.latitude, coords.longitude);
      map.setView(here, 17);
      set(here);
    };
    navigator.geolocation.getCurrentPosition(found, failed, {
      enableHighAccuracy: true,
      timeout: LOCATE_MS,
    });
  }

  element.querySelector("[data-map-fields]").hidden = true;
  map.on("click", (event) => set(event.latlng));
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.mapMove) move(button.dataset.mapMove);
    if (button.dataset.mapZoom) map.setZoom(map.getZoom() + (button.dataset.mapZoom === "in" ? 1 : -1));
    if ("mapLocate" in button.dataset) locate();
  });
  element.addEventListener("map:set", ({ detail: { lat, lon } }) => {
    map.setView([lat, lon], Math.max(map.getZoom(), 17));
    set(L.latLng(lat, lon));
  });
  const given = readFields();
  if (given) {
    if (isOutside(data.areas, given)) map.fitBounds(map.areas.getBounds().extend(given));
    else map.setView(given, data.zoom ?? 16);
    show(given);
  } else {
    place.textContent = words("noPosition");
  }
}
