// SPDX-License-Identifier: Apache-2.0
// Where a JPEG was taken, read from its Exif block before the block is taken off. Nothing else is.

const GPS = 0x8825;
const HEAD_BYTES = 256 * 1024;

/** {lon, lat} in degrees, or null. */
export async function positionOf(file) {
  try {
    const view = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const exif = exifAt(view);
    return exif === null ? null : gpsOf(view, exif);
  } catch {
    return null; // cut off or broken: no position
  }
}

/** Offset of the TIFF header inside the Exif segment. */
function exifAt(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 < view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function gpsOf(view, base) {
  const little = view.getUint16(base) === 0x4949;
  const u16 = (at) => view.getUint16(base + at, little);
  const u32 = (at) => view.getUint32(base + at, little);
  const entries = (at) => {
    const found = new Map();
    for (let i = 0; i < u16(at); i++) found.set(u16(at + 2 + 12 * i), at + 2 + 12 * i);
    return found;
  };
  const pointer = entries(u32(4)).get(GPS);
  if (pointer === undefined) return null;
  const gps = entries(u32(pointer + 8));
  const degrees = (tag) => {
    const at = u32(gps.get(tag) + 8);
    const part = (i) => u32(at + 8 * i) / u32(at + 8 * i + 4);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const sign = (tag, minus) => (String.fromCharCode(view.getUint8(base + gps.get(tag) + 8)) === minus ? -1 : 1);
  const lat = degrees(2) * sign(1, "S");
  const lon = degrees(4) * sign(3, "W");
  const isSpot = Number.isFinite(lat) && Number.isFinite(lon) && (lat !== 0 || lon !== 0);
  return isSpot && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}
