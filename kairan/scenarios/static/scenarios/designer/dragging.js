// SPDX-License-Identifier: Apache-2.0
// Steps moved by the grip. Buttons and Alt + arrow keys do the same: drag is never the only way.

const marks = ["is-over", "is-over-top"];

function clear() {
  for (const step of document.querySelectorAll(".is-over, .is-over-top")) step.classList.remove(...marks);
}

/** The step below which the pointer would drop: "" is the top, null nowhere. */
function placeAt(list, y, dragged) {
  let after = "";
  for (const step of list.querySelectorAll("[data-step]")) {
    const box = step.getBoundingClientRect();
    if (y < box.top + box.height / 2) break;
    after = step.dataset.step;
  }
  const before = dragged.previousElementSibling?.dataset.step ?? "";
  return after === dragged.dataset.step || after === before ? null : after;
}

function mark(list, after) {
  clear();
  if (after === null) return;
  if (after === "") list.firstElementChild?.classList.add("is-over-top");
  else document.getElementById(`step-${after}`)?.classList.add("is-over");
}

/** `move(step, after)` is called with the ids when a step is dropped. */
export function startDragging(move) {
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const step = grip.closest("[data-step]");
    const list = step.parentElement;
    step.classList.add("is-dragged");
    let after = null;
    const follow = (moved) => {
      after = placeAt(list, moved.clientY, step);
      mark(list, after);
      const edge = 80;
      if (moved.clientY < edge) window.scrollBy(0, -20);
      else if (moved.clientY > window.innerHeight - edge) window.scrollBy(0, 20);
    };
    const end = (dropped) => {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("keydown", stop);
      step.classList.remove("is-dragged");
      clear();
      if (dropped && after !== null) move(step.dataset.step, after);
    };
    const stop = (pressed) => pressed.key === "Escape" && end(false);
    document.addEventListener("pointermove", follow);
    document.addEventListener("keydown", stop);
    document.addEventListener("pointerup", () => end(true), { once: true });
    document.addEventListener("pointercancel", () => end(false), { once: true });
  });
}
