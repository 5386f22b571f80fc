// SPDX-License-Identifier: Apache-2.0
// What the browser keeps of reports: half-filled forms (one a kind), and those on their way.

import { shelves } from "../design/js/shelves.js";

export const { drafts, queue } = shelves("kairan-report", { drafts: "key", queue: "run" });
