// SPDX-License-Identifier: Apache-2.0
// A place on the map: choosing one to send, and seeing one that was sent. Leaflet is fetched only now.

import { map as askMap } from "./api.js";
import { button, fixed, make, nameOf, say } from "./page.js";
import { sheet } from "./sheet.js";

let ready = null;

function loaded(element) {
  return new Promise((done, failed) => {
    element.addEventListener("load", done, { once: true });
    element.addEventListener("error", failed, { once: true });
    document.head.append(element);
  });
}

/** Leaflet, its styles and what lies under every map, once. */
function prepared() {
  const { leaflet, styles } = fixed.map;
  ready ??= Promise.all([
    askMap(),
    import("../design/js/map.js"),
    ...styles.map((href) => loaded(make("link", { rel: "stylesheet", href }))),
    loaded(make("script", { src: leaflet })),
  ]).catch((failure) => {
    ready = null;
    throw failure;
  });
  return ready;
}

async function attach(dialog, box, data, kind) {
  try {
    const [ground, module] = await prepared();
    const block = make("div", { id: "talk-map-data", hidden: true }, JSON.stringify({ ...ground, ...data }));
    box.dataset.map = kind;
    box.append(block);
    await module.attach(box.parentElement);
  } catch {
    box.replaceChildren(make("p", { role: "status" }, say("mapFailed")));
  }
}

export function showPlace(message) {
  const { latitude: lat, longitude: lon } = message.place;
  const canvas = make("div", { class: "map__canvas", "data-map-canvas": "", role: "region", "aria-label": say("mapLabel"), id: "talk-map-canvas" });
  const box = make("div", { class: "map", "data-map-source": "talk-map-data", id: "talk-map" }, canvas,
    make("p", { class: "map__note", "data-map-note": "", role: "status", hidden: true }));
  const words = say("position", { lat: lat.toFixed(5), lon: lon.toFixed(5) });
  const gsi = { href: `https://maps.gsi.go.jp/#17/${lat}/${lon}/`, target: "_blank", rel: "noopener noreferrer", class: "button" };
  const dialog = sheet(say("summaryPlace"), make("div", {}, box), make("p", {}, words), make("a", gsi, say("openMapSite")));
  dialog.classList.add("dialog--wide");
  const label = nameOf(message.position, message.person);
  attach(dialog, box, { points: [{ id: 1, lat, lon, label, tone: "red", here: true }], center: [lat, lon], zoom: 16 }, "view");
}

/** Lets one choose a place; `send(latitude, longitude)` gets it. */
export function choosePlace(send) {
  const box = document.getElementById("talk-picker").content.firstElementChild.cloneNode(true);
  const [latitude, longitude] = box.querySelectorAll("input");
  const act = (dialog) => {
    if (!latitude.value) return;
    dialog.close();
    send(Number(latitude.value), Number(longitude.value));
  };
  const dialog = sheet(say("sendPlace"), make("div", {}, box), (dialog) => {
    const go = button(say("sendThisPlace"), "send", () => act(dialog), "button--primary button--large button--wide", { disabled: true });
    latitude.addEventListener("change", () => (go.disabled = false));
    return go;
  });
  dialog.classList.add("dialog--wide");
  attach(dialog, box, {}, "picker");
}
