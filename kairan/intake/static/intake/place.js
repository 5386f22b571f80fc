// SPDX-License-Identifier: Apache-2.0
// A place: words with suggestions, and the pin on the map beside. The first position question of a
// form owns the map; another one has words alone.

import { make } from "../design/js/words.js";
import { startCombo } from "./combo.js";

export function placeQuestion(form, step) {
  const given = form.answers[step.id] ?? {};
  const { typed: _typed, ...known } = given;
  let spot = known.lon == null ? null : known;
  const id = form.fieldId(step);
  const owner = form.ownsMap(step);
  const input = make("input", {
    class: "input", id, type: "text", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": `${id}-list`, autocomplete: "off", maxlength: "200",
    "data-hotkey": owner && "p", "aria-keyshortcuts": owner && "Alt+P",
  });
  input.value = given.typed ?? "";
  const list = make("ul", { class: "combo__list", id: `${id}-list`, role: "listbox", "aria-label": form.say("address"), hidden: true });
  const note = make("span", { class: "small", role: "status" });
  const clear = make("button", { type: "button", class: "button button--plain button--small", hidden: true, onclick: () => place(null) }, form.say("clearMap"));

  startCombo({
    input,
    list,
    none: "",
    find: async (query) => {
      if (query.trim().length < 2) return [];
      const { ok, said } = await form.get(`${form.config.urls.places}?q=${encodeURIComponent(query.trim())}`);
      return ok ? said.places.map((one) => ({ label: one.title, note: one.note, ...one })) : [];
    },
    pick: (one) => {
      input.value = one.title;
      place({ lon: one.lon, lat: one.lat }, { moves: true });
      form.next(input);
    },
    onEnter: () => form.next(input),
  });
  input.addEventListener("input", () => form.changed(step));

  function place(next, { moves = false } = {}) {
    spot = next;
    if (owner && moves && next) form.moveMap(next);
    tell();
    form.changed(step);
    if (next) lookUp(next);
  }
  async function lookUp(asked) {
    const { ok, said } = await form.get(`${form.config.urls.place}?lon=${asked.lon}&lat=${asked.lat}`);
    if (!ok || asked !== spot) return;
    spot = Object.assign(asked, said);
    tell();
    form.changed(step);
  }
  function tell() {
    clear.hidden = !spot;
    const where = spot?.inside === false ? form.say("outside") : spot?.area ? form.say("inArea", { area: spot.area }) : "";
    note.textContent = spot ? `${form.say("onMap")}　${where}` : form.say("noMap");
  }
  tell();
  if (spot && owner) form.moveMap(spot);
  const answer = () => {
    const typed = input.value.trim();
    if (!spot && !typed) return undefined;
    return { ...(spot ?? {}), ...(typed ? { typed } : {}) };
  };
  const element = make("div", { class: "combo stack stack--small" }, input, list, make("p", { class: "cluster" }, note, clear));
  // The pin was moved by hand: words stay, they say more than a pin.
  const pinned = (next) => {
    if (spot && Math.abs(spot.lon - next.lon) < 1e-6 && Math.abs(spot.lat - next.lat) < 1e-6) return;
    place(next);
  };
  return { element, field: input, answer, pinned, label: step.heading || form.say("address"), hint: form.say("placeHint"), key: owner ? "Alt+P" : "" };
}
