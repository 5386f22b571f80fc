// SPDX-License-Identifier: Apache-2.0
// Says in words when a passkey could not be used: allauth's own script only logs it.

const note = document.querySelector("[data-passkey-note]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (note) note.hidden = false;
});

document.addEventListener("click", (event) => {
  if (note && event.target.closest("[id*=webauthn], #passkey_login")) note.hidden = true;
}, { capture: true });
