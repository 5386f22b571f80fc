// SPDX-License-Identifier: Apache-2.0
// Photos shown at the counter go to the server as soon as they are chosen, so that a closed window
// loses none; photos of a mail are there already and are taken or left.

import { make } from "../design/js/words.js";

export function photosQuestion(form, step) {
  return form.config.mail ? ofTheMail(form, step) : ofTheCounter(form, step);
}

function ofTheMail(form, step) {
  const given = form.answers[step.id];
  const inputs = form.config.photos.map(({ key }) => {
    const input = make("input", { type: "checkbox", value: key });
    input.checked = given ? given.includes(key) : true;
    return input;
  });
  const tiles = form.config.photos.map(({ url }, place) =>
    make("label", { class: "tile" }, inputs[place], make("img", { src: url, alt: form.say("picture", { n: place + 1 }), class: "intake-thumb" })),
  );
  const element = make("div", { class: "tiles tiles--row", onchange: () => form.changed(step) }, ...tiles);
  const answer = () => inputs.filter(({ checked }) => checked).map(({ value }) => value);
  return { element, field: inputs[0] ?? element, answer, isGroup: true, label: step.heading, hint: "", isEmpty: !inputs.length };
}

function ofTheCounter(form, step) {
  let keys = [...(form.answers[step.id] ?? [])];
  const input = make("input", { type: "file", accept: "image/*", multiple: step.max > 1, id: form.fieldId(step), class: "input" });
  const list = make("ul", { class: "intake-photos" });
  const state = make("p", { class: "field__hint", role: "status" });

  function draw() {
    list.hidden = !keys.length;
    list.replaceChildren(...keys.map((key, place) => {
      const n = place + 1;
      const away = make("button", { type: "button", class: "button button--small", onclick: () => remove(key) }, form.say("removePhoto", { n }));
      return make("li", {}, make("img", { src: `${form.config.urls.upload}${key}/`, alt: form.say("picture", { n }), class: "intake-thumb" }), away);
    }));
    input.hidden = keys.length >= step.max;
  }
  function remove(key) {
    keys = keys.filter((other) => other !== key);
    draw();
    form.changed(step);
    input.focus();
  }
  async function add() {
    const files = [...input.files].slice(0, step.max - keys.length);
    input.value = "";
    state.textContent = form.say("uploading");
    const problems = [];
    for (const file of files) {
      const body = new FormData();
      body.append("form", form.id);
      body.append("photo", file);
      const { ok, said } = await form.send(form.config.urls.upload, body);
      if (ok) keys = [...keys, said.key];
      else problems.push(`${file.name}: ${said.problem ?? form.say("offline")}`);
      if (ok && said.spot) form.offerSpot(said.spot);
      draw();
      form.changed(step);
    }
    state.textContent = problems.join("\n");
  }
  input.addEventListener("change", add);
  draw();
  const answer = () => (keys.length ? keys : undefined);
  return { element: make("div", { class: "stack stack--small" }, list, input, state), field: input, answer, label: step.heading, hint: "" };
}
