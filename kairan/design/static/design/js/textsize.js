// SPDX-License-Identifier: Apache-2.0
// Changes the text size at once; the form keeps it in a cookie on the server without JavaScript.

const YEAR = 365 * 24 * 3600;

function choose(event) {
  const button = event.target.closest("[data-text-size-form] button[name=size]");
  if (!button) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `text_size=${button.value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  document.documentElement.dataset.textSize = button.value;
  for (const other of document.querySelectorAll("[data-text-size-form] button[name=size]")) {
    other.setAttribute("aria-pressed", String(other.value === button.value));
  }
}

export function startTextSize() {
  document.addEventListener("click", choose);
}
