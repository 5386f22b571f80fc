// SPDX-License-Identifier: Apache-2.0
// A place: where one stands, words that are looked up, or a pin on a map that is fetched only now.
// The answer: {lon, lat, accuracy, typed, area, areas, inside}; the last three are for the eyes
// and for conditions, the server looks them up itself.

import { make } from "../../design/js/words.js";
import { say } from "./answers.js";

const LOCATE_MS = 15000;
let leaflet = null;

/** Leaflet and its styles, once, when the first map is wanted. */
function loadLeaflet({ leafletScript, leafletStyle, mapStyle }) {
  leaflet ??= Promise.all([
    ...[leafletStyle, mapStyle].map((href) => loaded(make("link", { rel: "stylesheet", href }))),
    loaded(make("script", { src: leafletScript })),
  ]).catch((failure) => {
    leaflet = null;
    throw failure;
  });
  return leaflet;
}

function loaded(element) {
  return new Promise((done, failed) => {
    element.addEventListener("load", done, { once: true });
    element.addEventListener("error", failed, { once: true });
    document.head.append(element);
  });
}

export function positionQuestion(form, step) {
  const { data } = form;
  const id = form.fieldId(step);
  let spot = spotIn(form.answers[step.id]);
  const note = make("p", { role: "status", class: "strong" });
  const found = make("ul", { class: "form-places", hidden: true });
  const words = make("input", {
    class: "input", id, type: "text", maxlength: "200", autocomplete: "street-address", enterkeyhint: "search",
  });
  words.value = form.answers[step.id]?.typed ?? "";
  const here = button(form, "locate", "locate", () => locate());
  const search = button(form, "search", "search", () => lookUp());
  const map = make("div", { class: "form-map" });
  const photo = [...form.photos.values()].find((one) => one.spot);
  const ofPhoto = photo && button(form, "photoPosition", "photo", () => set(photo.spot, { move: true }));

  words.addEventListener("input", () => form.changed(step));
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    lookUp();
  });

  async function lookUp() {
    const query = words.value.trim();
    if (!query || !form.urls.places) return;
    note.textContent = say(data, "searching");
    let places = [];
    try {
      const answer = await fetch(`${form.urls.places}?q=${encodeURIComponent(query)}`);
      places = answer.ok ? (await answer.json()).places : [];
    } catch {
      /* no line: the words stand by themselves */
    }
    note.textContent = places.length ? (places.length > 1 ? say(data, "which") : "") : say(data, "unfound");
    found.replaceChildren(...places.map((place) => make("li", {}, placeButton(place))));
    found.hidden = places.length < 2;
    if (places.length === 1) choose(places[0]);
  }
  function placeButton(place) {
    const one = make("button", { type: "button", class: "button button--wide" }, place.title);
    one.addEventListener("click", () => choose(place));
    return one;
  }
  function choose(place) {
    words.value = place.title;
    found.hidden = true;
    set({ lon: place.lon, lat: place.lat }, { move: true });
  }

  function locate() {
    note.textContent = say(data, "locating");
    const failed = () => (note.textContent = say(data, "locateFailed"));
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => set({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }, { move: true }),
      failed,
      { enableHighAccuracy: true, timeout: LOCATE_MS },
    );
  }

  function set(place, { move = false } = {}) {
    spot = { ...place };
    if (move) picker?.dispatchEvent(new CustomEvent("map:set", { detail: { lat: spot.lat, lon: spot.lon } }));
    form.changed(step);
    note.textContent = picker ? "" : say(data, "onMap");
    if (!form.urls.place) return;
    const asked = spot;
    fetch(`${form.urls.place}?lon=${spot.lon}&lat=${spot.lat}`)
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((known) => {
        if (!known || asked !== spot) return;
        Object.assign(spot, { area: known.area, areas: known.areas, inside: known.inside });
        form.changed(step);
      })
      .catch(() => {}); // no line: the server says it when the form arrives
  }

  let picker = null;
  async function openMap() {
    try {
      await loadLeaflet(form.urls);
      picker = pickerOf(form, id, spot);
      map.replaceChildren(picker);
      const [latitude, longitude] = picker.querySelectorAll("input");
      latitude.addEventListener("change", () => {
        const lat = Number(latitude.value);
        const lon = Number(longitude.value);
        if (lat.toFixed(6) !== spot?.lat?.toFixed(6) || lon.toFixed(6) !== spot?.lon?.toFixed(6)) set({ lon, lat });
      });
      const { attach } = await import("../../design/js/map.js");
      await attach(map);
    } catch {
      map.replaceChildren(make("p", { class: "field__hint" }, say(data, "mapFailed")));
    }
  }
  if (form.urls.leafletScript) openMap();

  const label = make("label", { class: "field__label", for: id }, say(data, "address"));
  const row = make("div", { class: "field__row" }, words, form.urls.places ? search : "");
  const typing = step.typed || form.urls.places ? [make("div", {}, label, row), found] : [];
  const element = make("div", { class: "stack stack--small" }, here, ofPhoto ?? "", ...typing, note, map);
  const answer = () => {
    const typed = words.value.trim();
    if (!spot && !typed) return undefined;
    return { ...(spot ?? {}), ...(typed ? { typed } : {}) };
  };
  return { element, field: words, answer, isGroup: true };
}

function spotIn(answer) {
  if (answer?.lon == null) return null;
  const { typed, ...spot } = answer;
  return spot;
}

function button(form, name, icon, act) {
  const one = make("button", { type: "button", class: "button", "data-way": name, onclick: act });
  one.append(form.icon(icon), say(form.data, name));
  return one;
}

function pickerOf(form, id, spot) {
  const picker = form.element.querySelector("template[data-form-picker]").content.firstElementChild.cloneNode(true);
  const [latitude, longitude] = picker.querySelectorAll("input");
  latitude.id = `${id}-lat`;
  longitude.id = `${id}-lon`;
  if (spot) [latitude.value, longitude.value] = [spot.lat, spot.lon];
  picker.id = `${id}-map`;
  picker.dataset.mapLatitude = latitude.id;
  picker.dataset.mapLongitude = longitude.id;
  picker.querySelector("[data-map-canvas]").id = `${id}-canvas`;
  return picker;
}
