// SPDX-License-Identifier: Apache-2.0
// LINE opens this page with the ID token in the address' fragment. The token goes to our server,
// which asks LINE whose it is, and out of the address at once.

const place = document.querySelector("[data-mini]");
const state = place.querySelector("[data-mini-state]");
const token = new URLSearchParams(location.hash.slice(1)).get("id_token");

async function open() {
  state.textContent = state.dataset.opening;
  const csrf = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  try {
    const answer = await fetch(place.dataset.session, {
      method: "POST",
      headers: { "X-CSRFToken": csrf },
      body: new URLSearchParams({ id_token: token }),
    });
    const said = await answer.json();
    if (answer.ok) location.replace(said.url);
    else state.textContent = said.reason;
  } catch {
    state.textContent = state.dataset.offline;
  }
}

if (token) {
  history.replaceState(null, "", location.pathname);
  open();
}
