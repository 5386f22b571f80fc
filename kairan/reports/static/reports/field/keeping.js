// SPDX-License-Identifier: Apache-2.0
// What the phone keeps for work out of doors. `taken`: one row, "cases": {person, at, who, cases}.
// `edits`: {key, case, kind, made_at, seen, …, state: waiting | conflict | refused}.

import { shelves } from "../../design/js/shelves.js";

export const { taken, edits } = shelves("kairan-field", { taken: "name", edits: "key" });
