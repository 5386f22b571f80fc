// SPDX-License-Identifier: Apache-2.0
// トークをはじめる: whom one may write to, and groups of several.

import { ask, tell } from "./api.js";
import { face } from "./message.js";
import { button, make, nameOf, names, say } from "./page.js";
import { sheet } from "./sheet.js";
import { showToast } from "../design/js/toast.js";

const matches = (one, words) => `${one.name}${one.person ?? ""}${one.area ?? ""}`.includes(words);

/** A field that narrows a list: {field, list}. `item` makes a line of one position. */
function found(positions, item) {
  const list = make("ul", { class: "talk-choices" });
  const none = make("p", { role: "status", hidden: true }, say("nobodyFound"));
  const input = make("input", { class: "input", type: "search", id: "talk-find", autocomplete: "off" });
  const draw = () => {
    const shown = positions.filter((one) => matches(one, input.value.trim()));
    list.replaceChildren(...shown.map(item));
    none.hidden = shown.length > 0;
  };
  input.addEventListener("input", draw);
  draw();
  const label = make("label", { class: "field__label", for: "talk-find" }, say("findPerson"));
  const field = positions.length > 8 ? [make("div", { class: "field" }, label, input)] : [];
  return [...field, none, list];
}

function personLine(one) {
  return [face(one.name, one.id), make("span", { class: "talk-people__name" }, ...names(one, { name: one.person }))];
}

async function tried(talk, verb) {
  try {
    return await verb();
  } catch (trouble) {
    if (!trouble.kind) throw trouble;
    if (trouble.kind === "signed_out") talk.notes.signedOut();
    showToast({ text: trouble.message });
    return null;
  }
}

async function open(talk, dialog, id) {
  dialog.close();
  if (!talk.store.rooms.has(id)) await talk.sync.loadRooms();
  talk.go(id);
}

async function direct(talk, dialog, one) {
  const room = one.room ?? (await tried(talk, () => tell("rooms/direct/", { position: one.id })))?.room;
  if (room) open(talk, dialog, room);
}

function group(talk, positions) {
  const chosen = new Set();
  const name = make("input", { class: "input", type: "text", id: "talk-group-name", maxlength: "100", autocomplete: "off" });
  const act = async (dialog) => {
    if (!name.value.trim()) {
      showToast({ text: say("nameFirst") });
      return name.focus();
    }
    const given = { name: name.value.trim(), positions: [...chosen] };
    const made = await tried(talk, () => tell("rooms/", given));
    return made && open(talk, dialog, made.room);
  };
  sheet(say("makeGroup"), (dialog) => {
    const go = button(say("makeThisGroup", { n: 0 }), "check", () => act(dialog), "button--primary button--large button--wide", { disabled: true });
    const item = (one) => {
      const box = make("input", { type: "checkbox", checked: chosen.has(one.id) });
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(one.id);
        else chosen.delete(one.id);
        go.disabled = !chosen.size;
        go.lastElementChild.textContent = say("makeThisGroup", { n: chosen.size + 1 });
      });
      return make("li", {}, make("label", { class: "tile talk-people__one" }, box, ...personLine(one)));
    };
    const label = make("label", { class: "field__label", for: "talk-group-name" }, say("groupName"));
    return [make("div", { class: "field" }, label, name), make("p", {}, say("groupMembers")), ...found(positions, item), go];
  });
}

export async function begin(talk) {
  const answer = await tried(talk, () => ask("positions/"));
  if (!answer) return;
  const { positions, may_make_groups: mayGroup } = answer;
  const dialog = sheet(say("begin"), (dialog) => {
    if (!positions.length) return make("p", {}, say("nobodyToWrite"));
    const item = (one) => {
      const look = { type: "button", class: "talk-people__one", onclick: () => direct(talk, dialog, one) };
      return make("li", {}, make("button", { ...look, "aria-label": nameOf(one, { name: one.person }) }, ...personLine(one)));
    };
    const several = () => {
      dialog.close();
      group(talk, positions);
    };
    const groups = mayGroup ? [button(say("makeGroup"), "people", several, "button--wide")] : [];
    return [make("p", {}, say("beginWith")), ...groups, ...found(positions, item)];
  });
  dialog.classList.add("talk-sheet--menu");
}
