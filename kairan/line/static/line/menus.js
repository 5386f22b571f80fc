// SPDX-License-Identifier: Apache-2.0
// The editor of a menu's tab: shows the fields that count, and lets areas be moved by hand.
// The numbers beside them are the same areas: whatever the hand does, the keyboard can do.

const SMALLEST = 60; // of an area, in pixels of the picture
const form = document.querySelector("[data-menu-editor]");

/** Only the field that belongs to what a tap does; the icon only where we draw. */
function showWhatCounts() {
  const uploaded = form.querySelector("[name=source]:checked")?.value === "upload";
  for (const part of form.querySelectorAll("[data-for-upload]")) part.hidden = !uploaded;
  for (const part of form.querySelectorAll("[data-for-drawing]")) part.hidden = uploaded;
  for (const spot of form.querySelectorAll("[data-spot-fields]")) {
    const does = spot.querySelector("[data-does]").value;
    for (const part of spot.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(does);
    }
  }
}

form.addEventListener("change", (event) => {
  showWhatCounts();
  if (event.target.matches("[data-layout]")) form.querySelector("[data-relayout]").click();
  if (event.target.matches("[type=file]") && event.target.files.length) form.querySelector("[data-relayout]").click();
});
showWhatCounts();

// ── areas by hand ──

const edge = (number, name) => form.querySelector(`[data-spot-fields="${number}"] [data-edge=${name}]`);
let held = null;

/** Where the pointer is, in pixels of the picture. */
function at(canvas, event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
  return { x: Math.round(point.x / 10) * 10, y: Math.round(point.y / 10) * 10 };
}

const boxOf = (rect) => Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(rect.getAttribute(name))]));

document.addEventListener("pointerdown", (event) => {
  const rect = event.target.closest("[data-canvas][data-free] rect");
  if (!rect) return;
  const canvas = rect.closest("[data-canvas]");
  const start = at(canvas, event);
  const box = boxOf(rect);
  const grip = Math.max(120, Math.min(box.width, box.height) / 4);
  const resizes = start.x > box.x + box.width - grip && start.y > box.y + box.height - grip;
  held = { rect, canvas, start, box, resizes, number: rect.parentNode.dataset.spot };
  rect.setPointerCapture(event.pointerId);
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const { width, height } = held.canvas.viewBox.baseVal;
  const now = at(held.canvas, event);
  const across = now.x - held.start.x;
  const down = now.y - held.start.y;
  const box = { ...held.box };
  if (held.resizes) {
    box.width = Math.min(Math.max(box.width + across, SMALLEST), width - box.x);
    box.height = Math.min(Math.max(box.height + down, SMALLEST), height - box.y);
  } else {
    box.x = Math.min(Math.max(box.x + across, 0), width - box.width);
    box.y = Math.min(Math.max(box.y + down, 0), height - box.height);
  }
  const words = held.rect.parentNode.querySelector("text");
  for (const [name, value] of Object.entries(box)) {
    held.rect.setAttribute(name, value);
    edge(held.number, name).value = value;
    if (name === "x" || name === "y") words.setAttribute(name, value);
  }
});

for (const kind of ["pointerup", "pointercancel"]) {
  document.addEventListener(kind, () => {
    if (!held) return;
    const { number } = held;
    held = null;
    edge(number, "x").dispatchEvent(new Event("change", { bubbles: true }));
  });
}
