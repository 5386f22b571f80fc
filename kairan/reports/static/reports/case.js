// SPDX-License-Identifier: Apache-2.0
// The case page: a ready text goes into the field it is for, and is edited there.

function offer(root) {
  for (const box of root.querySelectorAll("[data-templates]")) box.hidden = false;
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-templates]");
  if (!box || !event.target.value) return;
  const field = document.getElementById(box.dataset.templates);
  if (!field) return;
  const written = field.value.trim();
  field.value = written ? `${written}\n${event.target.value}` : event.target.value;
  const template = document.getElementById(box.dataset.templates.replace(/_\w+$/, "_template"));
  if (template) template.value = event.target.selectedOptions[0]?.dataset.id ?? "";
  event.target.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

offer(document);
document.body.addEventListener("htmx:load", (event) => offer(event.target));
