// SPDX-License-Identifier: Apache-2.0
// The picker of positions (narrow the list, choose all that are seen) and the fields that a kind of
// room needs. Without this module every field and every position is there.

const folded = (text) => text.normalize("NFKC").toLowerCase();

function startPicker(picker) {
  const tools = picker.querySelector("[data-talk-picker-tools]");
  const rows = [...picker.querySelectorAll("[data-talk-picker-row]")];
  if (!rows.length) return;
  const search = picker.querySelector("[data-talk-picker-search]");
  const count = picker.querySelector("[data-talk-picker-count]");
  const empty = picker.querySelector("[data-talk-picker-empty]");
  const box = (row) => row.querySelector("[name=position]");
  const tell = () => {
    const chosen = rows.filter((row) => box(row).checked).length;
    count.textContent = count.dataset.words.replace("{n}", chosen);
  };
  const narrow = () => {
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const name = folded(row.dataset.talkPickerRow);
      row.hidden = !words.every((word) => name.includes(word));
    }
    empty.hidden = rows.some((row) => !row.hidden);
  };
  const choose = (which, checked) => {
    for (const row of which) box(row).checked = checked;
    tell();
  };
  const seen = () => rows.filter((row) => !row.hidden);
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  picker.querySelector("[data-talk-picker-all]").addEventListener("click", () => choose(seen(), true));
  picker.querySelector("[data-talk-picker-none]").addEventListener("click", () => choose(rows, false));
  picker.addEventListener("change", (event) => {
    // Whoever manages a room is in it.
    if (event.target.name === "manager" && event.target.checked) {
      box(event.target.closest("[data-talk-picker-row]")).checked = true;
    }
    tell();
  });
  tools.hidden = false;
  tell();
}

function startKinds(form) {
  const show = () => {
    const kind = form.querySelector("[name=kind]:checked")?.value;
    for (const part of form.querySelectorAll("[data-talk-for]")) {
      part.hidden = part.dataset.talkFor !== kind;
    }
  };
  form.addEventListener("change", (event) => event.target.name === "kind" && show());
  show();
}

document.querySelectorAll("[data-talk-picker]").forEach(startPicker);
document.querySelectorAll("[data-talk-new]").forEach(startKinds);
