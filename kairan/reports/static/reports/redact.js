// SPDX-License-Identifier: Apache-2.0
// Black boxes on a photo: by finger, by mouse, by keys. The server burns them in.

import { make } from "../design/js/words.js";

const form = document.querySelector("[data-redact]");
const area = form.querySelector("[data-redact-area]");
const kept = form.elements.boxes;
const state = form.querySelector("[data-redact-state]");
const STEP = 0.01;
const LEAST = 0.01;

let boxes = []; // {left, top, width, height}: shares of the picture
const before = [];

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
const filled = (template, n) => template.replace("{n}", n);

function remember() {
  before.push(boxes.map((box) => ({ ...box })));
}

function draw(focused = -1) {
  area.querySelectorAll(".redact__box").forEach((one) => one.remove());
  boxes.forEach((box, i) => {
    const name = filled(form.dataset.boxName, i + 1);
    const element = make("button", { type: "button", class: "redact__box", "aria-label": name });
    for (const side of ["left", "top", "width", "height"]) element.style.setProperty(side, `${box[side] * 100}%`);
    element.addEventListener("keydown", (event) => onKey(event, i));
    element.addEventListener("pointerdown", (event) => move(event, i));
    area.append(element);
    if (i === focused) element.focus();
  });
  kept.value = JSON.stringify(boxes.map(({ left, top, width, height }) => [left, top, width, height].map((n) => Number(n.toFixed(4)))));
  state.textContent = filled(state.dataset.redactWords, boxes.length);
}

function onKey(event, i) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    remember();
    boxes.splice(i, 1);
    return draw(Math.min(i, boxes.length - 1));
  }
  if (!way) return undefined;
  event.preventDefault();
  remember();
  const box = boxes[i];
  if (event.shiftKey) {
    box.width = clamp(box.width + way[0] * STEP, LEAST, 1 - box.left);
    box.height = clamp(box.height + way[1] * STEP, LEAST, 1 - box.top);
  } else {
    box.left = clamp(box.left + way[0] * STEP, 0, 1 - box.width);
    box.top = clamp(box.top + way[1] * STEP, 0, 1 - box.height);
  }
  return draw(i);
}

function spot(event) {
  const { left, top, width, height } = area.querySelector("img").getBoundingClientRect();
  return { x: clamp((event.clientX - left) / width, 0, 1), y: clamp((event.clientY - top) / height, 0, 1) };
}

function follow(onMove, onEnd) {
  const end = () => {
    window.removeEventListener("pointermove", onMove);
    onEnd();
  };
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", end, { once: true });
  window.addEventListener("pointercancel", end, { once: true });
}

function move(event, i) {
  event.stopPropagation();
  remember();
  const from = spot(event);
  const { left, top, width, height } = boxes[i];
  follow((moved) => {
    const to = spot(moved);
    boxes[i] = { width, height, left: clamp(left + to.x - from.x, 0, 1 - width), top: clamp(top + to.y - from.y, 0, 1 - height) };
    draw();
  }, () => draw(i));
}

area.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  event.preventDefault();
  remember();
  const from = spot(event);
  const box = { left: from.x, top: from.y, width: 0, height: 0 };
  boxes.push(box);
  follow((moved) => {
    const to = spot(moved);
    Object.assign(box, { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) });
    draw();
  }, () => {
    boxes = boxes.filter(({ width, height }) => width >= LEAST && height >= LEAST);
    draw(boxes.length - 1);
  });
});

form.querySelector("[data-redact-add]").addEventListener("click", () => {
  remember();
  boxes.push({ left: 0.4, top: 0.4, width: 0.2, height: 0.2 });
  draw(boxes.length - 1);
});
form.querySelector("[data-redact-undo]").addEventListener("click", () => {
  boxes = before.pop() ?? boxes;
  draw();
});
draw();
