// SPDX-License-Identifier: Apache-2.0
// A photo made smaller in the browser before it is sent, upright and without metadata: a canvas
// writes none.

const QUALITY = 0.85;
const HEIC_TYPE = /^image\/hei[cf]/;
const HEIC_NAME = /\.hei[cf]$/i;

/**
 * A JPEG of at most `longest` pixels a side; the file itself where only the server can read it
 * (HEIC). Null for what is no photo, or has more than `most` bytes.
 */
export async function smaller(file, { longest, most = Infinity }) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    const isHeic = HEIC_TYPE.test(file.type) || HEIC_NAME.test(file.name);
    return isHeic && file.size <= most ? file : null;
  }
  const blob = await drawn(picture, Math.min(1, longest / Math.max(picture.width, picture.height)));
  picture.close();
  return blob && blob.size <= most ? blob : null;
}

function drawn(picture, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
