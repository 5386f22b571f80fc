// SPDX-License-Identifier: Apache-2.0
// What the phone can send beside text: photos, stamps, videos, files.

import { get } from "./api.js";
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { STICKERS, stickerPicture } from "./stickers.js";

const MOST_PHOTOS = 20;

/** Chosen photos: {files: File[]} or {made_up: names}; null when nothing was chosen. */
export async function askForPhotos() {
  const scenes = await get("/sim/photos");
  return ask("写真を送る", "dialog-photos", (done) => {
    const chosen = new Set();
    const send = h("button", { type: "button", class: "main-button", disabled: true, "data-testid": "send-photos" }, "写真を選んでください");
    const renew = () => {
      send.disabled = chosen.size === 0;
      send.textContent = chosen.size ? `${chosen.size}枚を送る` : "写真を選んでください";
    };
    send.addEventListener("click", () => done({ made_up: [...chosen] }));
    const grid = h("div", { class: "scenes", role: "group", "aria-label": "練習用の写真" }, scenes.map((scene) => sceneButton(scene, chosen, renew)));
    const input = h("input", { type: "file", id: "photo-files", accept: "image/*", multiple: true, "data-testid": "photo-files" });
    input.addEventListener("change", () => done({ files: [...input.files].slice(0, MOST_PHOTOS) }));
    return [
      h("label", { class: "file-button", for: "photo-files" }, "この端末の写真を選ぶ"),
      input,
      h("p", {}, "練習用の写真（何枚でも選べます）"),
      grid,
      send,
    ];
  });
}

function sceneButton(scene, chosen, renew) {
  const button = h(
    "button",
    { type: "button", class: "scene", "aria-pressed": "false", "data-testid": `scene-${scene.name}` },
    h("img", { src: `/sim/photos/${scene.name}`, alt: "" }),
    h("span", {}, scene.title),
  );
  button.addEventListener("click", () => {
    if (!chosen.delete(scene.name)) chosen.add(scene.name);
    button.setAttribute("aria-pressed", String(chosen.has(scene.name)));
    renew();
  });
  return button;
}

export function askForSticker() {
  return ask("スタンプ", "dialog-sticker", (done) => [
    h(
      "div",
      { class: "stickers" },
      STICKERS.map((one) =>
        h("button", { type: "button", "data-testid": `sticker-${one.id}`, onclick: () => done(one.id) }, stickerPicture(one.id)),
      ),
    ),
  ]);
}

/** A video or any file: {files}, {made_up: true} for a made-up one, or null. */
export function askForFile(kind) {
  const names = { video: "動画を送る", file: "ファイルを送る" };
  return ask(names[kind], `dialog-${kind}`, (done) => {
    const input = h("input", { type: "file", id: "any-file", accept: kind === "video" ? "video/*" : undefined, "data-testid": "any-file" });
    input.addEventListener("change", () => done({ files: [...input.files].slice(0, 1) }));
    return [
      h("label", { class: "file-button", for: "any-file" }, "この端末から選ぶ"),
      input,
      h("button", { type: "button", "data-testid": "made-up-file", onclick: () => done({ made_up: true }) }, "練習用のものを送る"),
    ];
  });
}

/** Files as the form the simulator takes. */
export function asForm(files, channel) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  form.append("channel", channel);
  return form;
}
