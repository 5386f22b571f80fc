// SPDX-License-Identifier: Apache-2.0
// An action as something to tap: a link for addresses, a button for everything else.

import { h } from "./dom.js";

const INPUT_LINK = /^(?:https:\/\/line\.me\/R\/|line:\/\/(?:R\/)?)nv\/(location|camera|cameraRoll)(?:\/(?:single|multi))?\/?$/;

/** "location", "camera" or "cameraRoll" for LINE's own links, else null. */
export function inputOfLink(uri) {
  return INPUT_LINK.exec(uri)?.[1] ?? null;
}

/** A link or a button that performs the action; `perform(action)` is the phone's. */
export function tappable(action, perform, attributes = {}, ...children) {
  const name = action.label || action.text || action.displayText || action.uri || action.data || "";
  const content = children.length ? children : [name];
  const uri = action.uri || action.linkUri;
  const common = { "data-testid": "action", "data-action": action.type, ...attributes };
  if (action.type === "uri" && uri && /^https?:/.test(uri) && !inputOfLink(uri)) {
    return h(
      "a",
      { ...common, href: uri, target: "_blank", rel: "noopener noreferrer", onclick: () => perform(action) },
      ...content,
    );
  }
  return h("button", { type: "button", ...common, onclick: () => perform(action) }, ...content);
}
