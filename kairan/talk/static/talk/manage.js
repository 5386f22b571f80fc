// SPDX-License-Identifier: Apache-2.0
// What whoever manages a room does with it: its name and picture, who is in it, who manages, what
// who comes later sees; and leaving it.

import { ask, giveFile, tell } from "./api.js";
import { face } from "./message.js";
import { button, icon, make, names, say } from "./page.js";
import { photoOf } from "./photos.js";
import { choices, sheet } from "./sheet.js";
import { showToast } from "../design/js/toast.js";

/** Lines for a room's menu: what its rules allow. [[word, icon, act], …] */
export function waysOf(view) {
  const { room } = view.state;
  const rules = room.rules ?? {};
  const ways = [];
  if (rules.manage) ways.push([say("rename"), "edit", () => rename(view)]);
  if (rules.manage) ways.push([say("newPicture"), "photo", () => picture(view)]);
  if (rules.members) ways.push([say("addMembers"), "plus", () => add(view)]);
  if (rules.members) ways.push([say("removeMembers"), "people", () => remove(view)]);
  if (rules.manage) ways.push([say("managers"), "key", () => managers(view)]);
  if (rules.manage) ways.push([say("history"), "history", () => history(view)]);
  if (rules.leave) ways.push([say("leave"), "sign-out", () => leave(view)]);
  return ways;
}

/** A room's page brings the first hundred along. Null where they could not be asked for. */
export async function allMembers(view) {
  const { room, members } = view.state;
  if (room.members <= members.length) return members;
  const answer = await view.actions.tried(() => ask(`rooms/${view.id}/members/`));
  return answer?.members ?? null;
}

async function changed(view, words) {
  showToast({ text: words });
  await view.sync.loadRooms();
  await view.sync.catchUp(view.id);
}

function rename(view) {
  const { id } = view;
  const input = make("input", { class: "input", type: "text", id: "talk-new-name", maxlength: "100", autocomplete: "off" });
  input.value = view.state.room.name;
  const act = async (dialog) => {
    const done = await view.actions.tried(() => tell(`rooms/${id}/name`, { name: input.value.trim() }));
    if (!done) return;
    dialog.close();
    changed(view, say("renamed"));
  };
  const label = make("label", { class: "field__label", for: "talk-new-name" }, say("groupName"));
  sheet(say("rename"), make("div", { class: "field" }, label, input), (dialog) =>
    button(say("done"), "check", () => act(dialog), "button--primary button--large button--wide"));
}

/** At once to the photos of the phone, unless there is a picture that may be taken away. */
function picture(view) {
  if (!view.state.room.picture) return choosePicture(view);
  return sheet(say("newPicture"), (dialog) => choices(dialog, [
    [say("choosePicture"), "photo", () => choosePicture(view)],
    [say("dropPicture"), "close", () => dropPicture(view)],
  ]));
}

async function dropPicture(view) {
  const done = await view.actions.tried(() => tell(`rooms/${view.id}/picture`));
  if (done) changed(view, say("pictureDropped"));
}

function choosePicture(view) {
  const { id } = view;
  const input = make("input", { type: "file", accept: "image/*" });
  input.addEventListener("change", async () => {
    const photo = input.files.length ? await photoOf(input.files[0]) : null;
    if (!photo) return;
    const done = await view.actions.tried(() => giveFile(`rooms/${id}/picture`, photo.blob, photo.name));
    if (done) changed(view, say("newPictureShown"));
  });
  input.click();
}

async function add(view) {
  const { id } = view;
  const answer = await view.actions.tried(() => ask("positions/"));
  if (!answer) return;
  const here = new Set(view.state.members.map((one) => one.id));
  const others = answer.positions.filter((one) => !here.has(one.id));
  const chosen = new Set();
  const act = async (dialog) => {
    const done = await view.actions.tried(() => tell(`rooms/${id}/members/`, { add: [...chosen] }));
    if (!done) return;
    dialog.close();
    changed(view, say("added"));
  };
  sheet(say("addMembers"), (dialog) => {
    if (!others.length) return make("p", {}, say("everybodyIsHere"));
    const go = button(say("addThese"), "check", () => act(dialog), "button--primary button--large button--wide", { disabled: true });
    const item = (one) => {
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(one.id);
        else chosen.delete(one.id);
        go.disabled = !chosen.size;
      });
      return make("li", {}, make("label", { class: "tile talk-people__one" }, box, ...lineOf(one)));
    };
    return [make("ul", { class: "talk-choices" }, ...others.map(item)), go];
  });
}

async function remove(view) {
  const all = await allMembers(view);
  if (!all) return;
  const others = all.filter((one) => !view.store.isMine(one.id));
  sheet(say("removeMembers"), make("p", {}, say("removeText")), (dialog) => {
    const act = async (one) => {
      const done = await view.actions.tried(() => tell(`rooms/${view.id}/members/remove`, { position: one.id }));
      if (!done) return;
      dialog.close();
      changed(view, say("removed", { name: one.name }));
    };
    const item = (one) => make("li", {}, make("div", { class: "talk-people__one" }, ...lineOf(one),
      button(say("drop"), "close", () => act(one), "button--small", { "aria-label": say("dropNamed", { name: one.name }) })));
    return make("ul", { class: "talk-choices" }, ...others.map(item));
  });
}

/** Who manages: each line says it and turns it round, as often as one likes. */
async function managers(view) {
  const { id } = view;
  const all = await allMembers(view);
  if (!all) return;
  const list = make("ul", { class: "talk-choices" });
  const told = make("p", { role: "status", class: "visually-hidden" });
  const act = async (one) => {
    const answer = await view.actions.tried(() => tell(`rooms/${id}/managers`, { position: one.id, manages: !one.manages }));
    if (!answer) return dialog.close(); // why not is said below it
    draw(answer.members);
    list.querySelector(`[data-position="${one.id}"]`)?.focus();
    told.textContent = say(one.manages ? "managesNoMore" : "managesNow", { name: one.name });
    await view.sync.loadRooms();
    return view.sync.catchUp(id);
  };
  const item = (one) => {
    const words = { "aria-label": `${say(one.manages ? "unmanage" : "manage")} ${one.name}`, "data-position": one.id };
    const turn = button(say(one.manages ? "unmanage" : "manage"), one.manages ? "close" : "key", () => act(one), "button--small", words);
    return make("li", {}, make("div", { class: "talk-people__one" }, ...lineOf(one), turn));
  };
  const draw = (members) => list.replaceChildren(...members.map(item));
  draw(all);
  const dialog = sheet(say("managers"), make("p", {}, say("managersText")), told, list);
}

function history(view) {
  const { id } = view;
  const { shows_history: shows } = view.state.room;
  const radio = (value, word) => {
    const input = make("input", { type: "radio", name: "history", value, checked: (value === "all") === shows });
    return make("label", { class: "tile" }, input, make("span", {}, word));
  };
  const tiles = make("fieldset", { class: "tiles" }, make("legend", { class: "visually-hidden" }, say("history")),
    radio("all", say("historyShown")), radio("later", say("historyHidden")));
  const act = async (dialog) => {
    const chosen = tiles.querySelector(":checked").value === "all";
    const done = await view.actions.tried(() => tell(`rooms/${id}/history`, { shows_history: chosen }));
    if (!done) return;
    dialog.close();
    changed(view, say("historyChanged"));
  };
  sheet(say("history"), make("p", {}, say("historyText")), tiles, (dialog) =>
    button(say("done"), "check", () => act(dialog), "button--primary button--large button--wide"));
}

function lineOf(one) {
  return [face(one.name, one.id), make("span", { class: "talk-people__name" }, ...names(one, { name: one.person }), " ", managing(one))];
}

/** The word behind the name of a member who manages. */
export function managing(one) {
  return one.manages ? make("span", { class: "talk-people__manages" }, icon("key"), say("managing")) : "";
}

function leave(view) {
  const { id } = view;
  const act = async (dialog) => {
    dialog.close();
    const done = await view.actions.tried(() => tell(`rooms/${id}/leave`));
    if (!done) return;
    await view.talk.go(null);
    await view.sync.loadRooms();
    showToast({ text: say("leftToast") });
  };
  sheet(say("leave"), make("p", {}, say("leaveText")), (dialog) =>
    make("div", { class: "dialog__actions" }, button(say("leaveNow"), "sign-out", () => act(dialog), "button--danger button--large")));
}
