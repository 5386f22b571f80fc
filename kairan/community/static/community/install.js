// SPDX-License-Identifier: Apache-2.0
// Where the browser itself offers to install the app, one tap does it.

const button = document.querySelector("[data-install]");
let offer = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  button.hidden = false;
});
window.addEventListener("appinstalled", () => (button.hidden = true));
button?.addEventListener("click", () => offer?.prompt());
if (window.matchMedia("(display-mode: standalone)").matches) {
  document.querySelector("[data-installed]").hidden = false;
}
