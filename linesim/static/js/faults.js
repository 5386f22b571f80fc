// SPDX-License-Identifier: Apache-2.0
// The faults page: switches for the whole of LINE, for a channel, and rules for single calls.

import { get, patch, post, remove } from "./api.js";
import { $, h } from "./dom.js";

const said = $("[data-said]");
const CONDITIONS = [
  ["LINEが止まっている", "down", true, false],
  ["LINEがおそい（5秒）", "slow_seconds", 5, 0],
  ["動画の準備に時間がかかる（60秒）", "video_seconds", 60, 0],
  ["写真などがもう無い（410）", "content_gone", true, false],
  ["呼び出しの上限がきびしい（百分の一）", "rates", 0.01, 1],
];
const FAULTS = {
  timeout: { timeout: 30 },
  cut: { cut: true },
  accept: { accept_then_drop: true },
  delay: { delay: 3 },
};

function toggle(words, on, change) {
  const button = h("button", { type: "button", "aria-pressed": String(on) }, words);
  button.addEventListener("click", () => done(change(!on)));
  return button;
}

async function done(work) {
  try {
    await work;
    said.textContent = "変えました";
  } catch (error) {
    said.textContent = `変えられませんでした: ${error.message}`;
  }
  await draw();
}

function conditionSwitches(state) {
  const now = { ...state.conditions, rates: state.rates };
  return CONDITIONS.map(([words, name, on, off]) => toggle(words, now[name] === on, (wanted) => post("/sim/conditions", { [name]: wanted ? on : off })));
}

function channelSwitches(channel) {
  const change = (body) => patch(`/sim/channels/${encodeURIComponent(channel.id)}`, body);
  const used = channel.quota !== null && channel.usage >= channel.quota;
  return [
    toggle(`${channel.name}: アクセストークンが無効`, channel.revoked, (on) => change({ revoked: on })),
    toggle(`${channel.name}: 今月の通数を使い切った`, used, (on) => change(on ? { quota: channel.usage } : { quota: null })),
    toggle(`${channel.name}: 待機中（standby）`, channel.mode === "standby", (on) => change({ mode: on ? "standby" : "active" })),
    toggle(`${channel.name}: とどかないWebhookを送り直す`, channel.redelivery, (on) => change({ redelivery: on })),
  ];
}

function wordsOf(rule) {
  const what = rule.accept_then_drop
    ? "受けつけたのに、答えがとどかない"
    : rule.cut
      ? "何もせず、切れる"
      : rule.timeout !== null
        ? "何もせず、答えない"
        : rule.status
          ? `${rule.status} を返す`
          : `${rule.delay}秒おくれる`;
  const times = rule.count === null ? "ずっと" : `あと${rule.count}回`;
  return `${rule.method} ${rule.path}: ${what}（${times}）`;
}

const ruleItem = (rule) =>
  h("li", {}, wordsOf(rule), " ", h("button", { type: "button", onclick: () => done(remove(`/sim/faults/${rule.id}`)) }, "やめる"));

async function draw() {
  const state = await get("/sim/state");
  $("[data-switches]").replaceChildren(...conditionSwitches(state));
  $("[data-channels]").replaceChildren(...state.channels.flatMap(channelSwitches));
  $("[data-rules]").replaceChildren(...state.faults.map(ruleItem));
  $("[data-offset]").textContent = Math.round(state.clock.offset);
}

$("[data-add]").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const kind = form.get("kind");
  const body = { path: form.get("path"), ...(FAULTS[kind] || { status: Number(kind) }) };
  if (form.get("forever")) body.forever = true;
  else body.count = Number(form.get("count"));
  done(post("/sim/faults", body));
});

/** Rules, conditions, limits and channels as they should be. */
async function mendAll() {
  await remove("/sim/faults");
  await post("/sim/conditions", { rates: 1 });
  const { channels } = await get("/sim/state");
  for (const channel of channels) {
    const spent = channel.quota !== null && channel.usage >= channel.quota;
    const quota = spent ? { quota: null } : {};
    await patch(`/sim/channels/${encodeURIComponent(channel.id)}`, { revoked: false, mode: "active", ...quota });
  }
}

$("[data-clear]").addEventListener("click", () => done(mendAll()));
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => done(post("/sim/clock", { advance: Number(button.dataset.advance) })));
}
await draw();
document.body.dataset.ready = "yes";
