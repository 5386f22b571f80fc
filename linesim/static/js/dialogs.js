// SPDX-License-Identifier: Apache-2.0
// Dialogs of the phone. Each promise gives the choice, or null when it was closed.

import { h } from "./dom.js";

/** A modal dialog; `build(done)` gives its content and calls done(value) to finish. */
export function ask(title, testid, build) {
  return new Promise((resolve) => {
    const done = (value) => {
      dialog.returned = value;
      dialog.close();
    };
    const heading = h("h2", { id: `${testid}-title` }, title);
    const close = h("button", { type: "button", class: "dialog-close", "data-testid": "dialog-close", onclick: () => done(null) }, "閉じる");
    const dialog = h("dialog", { "data-testid": testid, "aria-labelledby": heading.id }, h("header", {}, heading, close));
    dialog.append(h("div", { class: "dialog-body" }, ...build(done, dialog)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returned ?? null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const main = (words, attributes) => h("button", { type: "button", class: "main-button", ...attributes }, words);

export function askToCall(uri) {
  const number = uri.replace(/^tel:/, "");
  return ask("電話をかけますか", "dialog-call", (done) => [
    h("p", { class: "number" }, number),
    h("p", {}, "シミュレーターなので、電話はかかりません。"),
    main("かけたことにする", { onclick: () => done(true), "data-testid": "call" }),
  ]);
}

export function askForDate(action) {
  const kinds = { date: "date", time: "time", datetime: "datetime-local" };
  return ask(action.label || "日時を選ぶ", "dialog-date", (done) => {
    const plain = (value) => value?.replace("t", "T");
    const input = h("input", {
      type: kinds[action.mode],
      id: "picked-date",
      value: plain(action.initial) || "",
      min: plain(action.min),
      max: plain(action.max),
      required: true,
      "data-testid": "date-input",
    });
    const form = h("form", { method: "dialog" }, h("label", { for: "picked-date" }, "日時"), input);
    form.append(h("button", { class: "main-button", "data-testid": "date-send" }, "決める"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done(input.value);
    });
    return [form];
  });
}

export function askAboutMessage(entry) {
  return ask("メッセージ", "dialog-message", (done) => {
    const buttons = [main("送信を取り消す", { onclick: () => done("unsend"), "data-testid": "unsend" })];
    if (entry.message.type === "text") {
      buttons.push(h("button", { type: "button", onclick: () => done("copy"), "data-testid": "copy" }, "コピー"));
    }
    return buttons;
  });
}

export function tellPerson(title, words) {
  return ask(title, "dialog-tell", (done) => [h("p", {}, words), main("わかりました", { onclick: () => done(true) })]);
}
