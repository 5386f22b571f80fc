// SPDX-License-Identifier: Apache-2.0
// Photos made smaller on the phone before they are sent; a canvas writes no metadata.

import { newId } from "./page.js";

const LONGEST_SIDE = 2560;
const QUALITY = 0.85;
const HEIC = /^image\/hei[cf]/;

async function smaller(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return HEIC.test(file.type) || /\.hei[cf]$/i.test(file.name) ? file : null;
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** {id, blob, name, photo: true}; null for what is no photo. */
export async function photoOf(file) {
  const blob = await smaller(file);
  const name = file.name.replace(/\.\w+$/, "") + (blob === file ? ".heic" : ".jpg");
  return blob && { id: newId(), blob, name, photo: true };
}
