// SPDX-License-Identifier: Apache-2.0
// A small map of the town's own polygons: pan, zoom, tap. No tiles, no network.

import { get } from "./api.js";
import { ask } from "./dialogs.js";
import { h, svg } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 300;
const FILLS = ["#f3e3c8", "#dcebd2", "#d6e4f2", "#f2d9d9", "#e5daf0", "#f4efc0"];
const FALLBACK = { west: 130.62, east: 130.8, south: 32.72, north: 32.88 };

const nameOf = (feature) => {
  const known = feature.properties || {};
  return known.name || known.N03_004 || known.N03_003 || "";
};

const ringsOf = ({ type, coordinates }) => (type === "MultiPolygon" ? coordinates.flat() : coordinates);

function boundsOf(features) {
  const all = features.flatMap((feature) => ringsOf(feature.geometry).flat());
  if (!all.length) return FALLBACK;
  const of = (index, pick) => all.reduce((best, point) => pick(best, point[index]), all[0][index]);
  return { west: of(0, Math.min), east: of(0, Math.max), south: of(1, Math.min), north: of(1, Math.max) };
}

/** Degrees ↔ map units; north is up, one unit is the same distance in both directions. */
function projection(bounds) {
  const shrink = Math.cos((((bounds.south + bounds.north) / 2) * Math.PI) / 180);
  const scale = Math.min(WIDTH / ((bounds.east - bounds.west) * shrink), HEIGHT / (bounds.north - bounds.south)) * 0.84;
  const middle = [(bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2];
  return {
    scale,
    to: ([lon, lat]) => [WIDTH / 2 + (lon - middle[0]) * shrink * scale, HEIGHT / 2 - (lat - middle[1]) * scale],
    from: ([x, y]) => [middle[0] + (x - WIDTH / 2) / shrink / scale, middle[1] - (y - HEIGHT / 2) / scale],
  };
}

function polygons(features, project) {
  return features.map((feature, index) => {
    const path = ringsOf(feature.geometry)
      .map((ring) => `M${ring.map((point) => project.to(point).map((n) => n.toFixed(2)).join(" ")).join("L")}Z`)
      .join("");
    return svg("path", { d: path, class: "area", fill: FILLS[index % FILLS.length], "fill-rule": "evenodd" });
  });
}

function middleOf(feature) {
  const ring = ringsOf(feature.geometry).reduce((a, b) => (a.length > b.length ? a : b));
  const sum = ring.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return sum.map((n) => n / ring.length);
}

/** Opens the map. Gives {latitude, longitude, title, address} or null. */
export async function askForPlace() {
  const town = await get("/sim/town");
  return ask("位置を送る", "dialog-location", (done) => new PlaceMap(town, done).elements());
}

class PlaceMap {
  constructor(town, done) {
    this.done = done;
    this.features = town.areas?.features ?? [];
    this.landmarks = town.landmarks ?? [];
    const bounds = boundsOf(this.features);
    this.project = projection(bounds);
    this.view = { x: 0, y: 0, zoom: 1 };
    this.place = [(bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2];
    this.title = "";
  }

  elements() {
    this.layer = svg("g", {}, polygons(this.features, this.project));
    this.labels = svg("g", { class: "labels" });
    this.pin = svg("g", { class: "pin" }, svg("path", { d: "M0 0s-11-12-11-21a11 11 0 0 1 22 0c0 9-11 21-11 21z" }), svg("circle", { cx: 0, cy: -21, r: 4 }));
    this.map = svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: "map",
      tabindex: "0",
      role: "application",
      "aria-label": "地図。矢印キーでピンを動かし、プラスとマイナスで拡大と縮小をします",
      "data-testid": "map",
    }, this.layer, this.labels, this.pin);
    this.listen();
    const elements = [this.mapBox(), this.chooser(), this.fields(), this.sendButton()];
    this.draw();
    return elements;
  }

  mapBox() {
    const zoom = (factor) => () => this.zoom(factor);
    return h(
      "div",
      { class: "map-box" },
      this.map,
      h("div", { class: "zoom" }, h("button", { type: "button", onclick: zoom(1.6), "data-testid": "zoom-in", "aria-label": "拡大" }, "＋"), h("button", { type: "button", onclick: zoom(1 / 1.6), "data-testid": "zoom-out", "aria-label": "縮小" }, "－")),
      this.features.length && h("p", { class: "credit" }, "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"),
    );
  }

  chooser() {
    const places = [
      ...this.landmarks.map((one) => ({ name: one.name, at: [one.longitude, one.latitude] })),
      ...this.features.filter(nameOf).map((feature) => ({ name: `${nameOf(feature)}のまん中あたり`, at: middleOf(feature) })),
    ];
    if (!places.length) return null;
    const options = places.map((one, index) => h("option", { value: index }, one.name));
    const select = h("select", { id: "landmark", "data-testid": "landmark" }, h("option", { value: "" }, "選んでください"), options);
    select.addEventListener("change", () => {
      const chosen = places[Number(select.value)];
      if (select.value === "" || !chosen) return;
      this.title = chosen.name;
      this.put(chosen.at, true);
    });
    return h("div", { class: "field" }, h("label", { for: "landmark" }, "目印から選ぶ"), select);
  }

  fields() {
    const number = (id, testid) => h("input", { id, type: "number", step: "any", required: true, "data-testid": testid });
    this.latitude = number("latitude", "latitude");
    this.longitude = number("longitude", "longitude");
    this.address = h("input", { id: "address", maxlength: "100", "data-testid": "address", placeholder: "なくてもよい" });
    for (const input of [this.latitude, this.longitude]) {
      input.addEventListener("change", () => this.put([Number(this.longitude.value), Number(this.latitude.value)], true));
    }
    const pair = (label, input) => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
    return h("div", { class: "fields" }, pair("緯度", this.latitude), pair("経度", this.longitude), pair("住所", this.address));
  }

  sendButton() {
    const send = () => {
      const [longitude, latitude] = this.place;
      this.done({ latitude, longitude, title: this.title, address: this.address.value });
    };
    return h("button", { type: "button", class: "main-button", onclick: send, "data-testid": "send-location" }, "この位置を送る");
  }

  listen() {
    let from = null;
    let moved = false;
    this.map.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, view: { ...this.view } };
      moved = false;
      this.map.setPointerCapture(event.pointerId);
    });
    this.map.addEventListener("pointermove", (event) => {
      if (!from) return;
      const unit = WIDTH / this.map.clientWidth;
      const [dx, dy] = [(event.clientX - from.x) * unit, (event.clientY - from.y) * unit];
      if (Math.hypot(dx, dy) < 4 && !moved) return;
      moved = true;
      this.view = { ...from.view, x: from.view.x + dx, y: from.view.y + dy };
      this.draw();
    });
    this.map.addEventListener("pointerup", (event) => {
      if (from && !moved) this.tapped(event);
      from = null;
    });
    this.map.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.25 : 0.8);
    });
    this.map.addEventListener("keydown", (event) => this.key(event));
  }

  tapped(event) {
    const box = this.map.getBoundingClientRect();
    const unit = WIDTH / box.width;
    const { x, y, zoom } = this.view;
    const at = [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
    this.title = "";
    this.put(this.project.from([(at[0] - WIDTH / 2 - x) / zoom + WIDTH / 2, (at[1] - HEIGHT / 2 - y) / zoom + HEIGHT / 2]));
  }

  key(event) {
    const steps = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const step = steps[event.key];
    if (step) {
      const by = 10 / this.project.scale / this.view.zoom;
      this.title = "";
      this.put([this.place[0] + step[0] * by, this.place[1] + step[1] * by]);
    } else if (event.key === "+" || event.key === ";") this.zoom(1.6);
    else if (event.key === "-") this.zoom(1 / 1.6);
    else return;
    event.preventDefault();
  }

  /** Move the pin; `centre` also brings it to the middle. */
  put([longitude, latitude], centre = false) {
    if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return;
    this.place = [longitude, latitude];
    if (centre) {
      const zoom = Math.max(this.view.zoom, 3);
      const [x, y] = this.project.to(this.place);
      this.view = { zoom, x: -(x - WIDTH / 2) * zoom, y: -(y - HEIGHT / 2) * zoom };
    }
    this.draw();
  }

  zoom(factor) {
    const zoom = Math.min(200, Math.max(0.5, this.view.zoom * factor));
    const ratio = zoom / this.view.zoom;
    this.view = { zoom, x: this.view.x * ratio, y: this.view.y * ratio };
    this.draw();
  }

  onScreen(place) {
    const [x, y] = this.project.to(place);
    const { zoom } = this.view;
    return [(x - WIDTH / 2) * zoom + WIDTH / 2 + this.view.x, (y - HEIGHT / 2) * zoom + HEIGHT / 2 + this.view.y];
  }

  draw() {
    const { x, y, zoom } = this.view;
    this.layer.setAttribute("transform", `translate(${x + (WIDTH / 2) * (1 - zoom)} ${y + (HEIGHT / 2) * (1 - zoom)}) scale(${zoom})`);
    this.layer.style.strokeWidth = 1.2 / zoom;
    this.pin.setAttribute("transform", `translate(${this.onScreen(this.place).join(" ")})`);
    const words = [
      ...this.features.map((feature) => [nameOf(feature), middleOf(feature), "area-name"]),
      ...this.landmarks.map((one) => [one.name, [one.longitude, one.latitude], "landmark-name"]),
    ];
    this.labels.replaceChildren(
      ...words.map(([name, at, kind]) => {
        const [left, top] = this.onScreen(at);
        return svg("text", { x: left, y: top, class: kind, "text-anchor": "middle" }, name);
      }),
    );
    this.latitude.value = this.place[1].toFixed(6);
    this.longitude.value = this.place[0].toFixed(6);
  }
}
