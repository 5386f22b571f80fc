// SPDX-License-Identifier: Apache-2.0
// Opens <dialog> from [data-dialog-open="id"]; closes menus that were left behind.

function open(event, opener) {
  const dialog = document.getElementById(opener.dataset.dialogOpen);
  if (!dialog) return;
  event.preventDefault(); // the opener may be a link to the same thing as a page
  opener.closest("details.menu")?.removeAttribute("open");
  dialog.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) return open(event, opener);
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) return closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) return event.target.close(); // the backdrop
  closeMenus(event.target);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.removeAttribute("open");
  }
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
}

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.body.addEventListener("htmx:load", (event) => {
    const dialog = event.target.closest?.("dialog[data-dialog-auto]");
    if (dialog && !dialog.open) dialog.showModal();
  });
}
