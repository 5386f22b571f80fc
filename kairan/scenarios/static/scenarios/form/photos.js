// SPDX-License-Identifier: Apache-2.0
// Photos taken or chosen, made smaller on the phone. The answer is a list of ids; form.photos holds
// the pictures: id → {id, blob, url, spot}.

import { smaller } from "../../design/js/smaller.js";
import { make } from "../../design/js/words.js";
import { say } from "./answers.js";
import { positionOf } from "./exif.js";

const SIZE = { longest: 2048, most: 6 * 1024 * 1024 };

/** {id, blob, url, spot}, or null for what is no photo. */
export async function photoOf(file) {
  const spot = await positionOf(file);
  const blob = await smaller(file, SIZE);
  return blob && kept({ id: newId(), blob, spot });
}

export function kept(photo) {
  return { ...photo, url: URL.createObjectURL(photo.blob) };
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function photosQuestion(form, step) {
  let ids = (form.answers[step.id] ?? []).filter((id) => form.photos.has(id));
  const list = make("ul", { class: "form-photos" });
  const state = make("p", { role: "status" });
  const camera = picker(form, "takePhoto", "camera", { capture: "environment" });
  const album = picker(form, "choosePhotos", "photo", { multiple: step.max > 1 });
  const ways = make("div", { class: "form-ways" }, camera.label, album.label);

  function draw() {
    list.replaceChildren(...ids.map((id, place) => item(form.photos.get(id), place + 1)));
    list.hidden = !ids.length;
    ways.hidden = ids.length >= step.max;
  }
  function item({ id, url }, n) {
    const image = make("img", { src: url, alt: say(form.data, "photo", { n }) });
    image.addEventListener("error", () => image.classList.add("is-unseen")); // HEIC on a PC
    const remove = make("button", {
      type: "button", class: "button button--small", "aria-label": say(form.data, "removePhoto", { n }),
    });
    remove.append(form.icon("trash"), say(form.data, "remove"));
    remove.addEventListener("click", () => {
      ids = ids.filter((other) => other !== id);
      form.dropPhoto(id);
      changed();
      camera.input.focus();
    });
    return make("li", {}, image, remove);
  }
  function changed() {
    draw();
    tell();
    form.changed(step);
  }
  function tell(problem = "") {
    const short = ids.length && step.min - ids.length;
    const room = step.max - ids.length;
    state.textContent = problem || (short > 0
      ? say(form.data, "photoShort", { short })
      : say(form.data, "photoRoom", { n: room }));
  }
  async function add(input) {
    const files = [...input.files];
    input.value = "";
    const room = step.max - ids.length;
    let problem = files.length > room ? say(form.data, "photoTooMany", { max: step.max }) : "";
    element.setAttribute("aria-busy", "true");
    for (const file of files.slice(0, room)) {
      state.textContent = say(form.data, "preparing");
      const photo = await photoOf(file);
      if (!photo) {
        problem = say(form.data, "photoUnreadable", { name: file.name });
        continue;
      }
      await form.addPhoto(photo);
      ids = [...ids, photo.id];
      draw();
      form.changed(step);
    }
    element.removeAttribute("aria-busy");
    tell(problem);
  }
  for (const { input } of [camera, album]) input.addEventListener("change", () => add(input));
  const element = make("div", { class: "stack stack--small" }, list, ways, state);
  draw();
  tell();
  return { element, field: camera.input, answer: () => (ids.length ? ids : undefined), isGroup: true };
}

function picker(form, name, icon, attributes) {
  const input = make("input", {
    type: "file", accept: "image/*", class: "visually-hidden", "data-way": name, ...attributes,
  });
  const label = make("label", { class: "button button--large form-way" }, input);
  label.append(form.icon(icon), say(form.data, name));
  return { input, label };
}
