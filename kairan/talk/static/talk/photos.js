// SPDX-License-Identifier: Apache-2.0
// Photos as they are sent in a talk.

import { smaller } from "../design/js/smaller.js";
import { newId } from "./page.js";

const LONGEST_SIDE = 2560;

/** {id, blob, name, photo: true}; null for what is no photo. */
export async function photoOf(file) {
  const blob = await smaller(file, { longest: LONGEST_SIDE });
  const name = file.name.replace(/\.\w+$/, "") + (blob === file ? ".heic" : ".jpg");
  return blob && { id: newId(), blob, name, photo: true };
}
