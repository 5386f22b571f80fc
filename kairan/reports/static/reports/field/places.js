// SPDX-License-Identifier: Apache-2.0
// Distances on the ground, and in which order to go round.

const EARTH_M = 6_371_000;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two {lat, lon}. */
export function metres(a, b) {
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

const placed = ({ lat, lon }) => lat != null && lon != null;

/** Nearest first; what has no place comes last. */
export function byDistance(cases, here) {
  const far = (one) => (placed(one) ? metres(here, one) : Infinity);
  return [...cases].sort((a, b) => far(a) - far(b));
}

/** From here to the nearest, from there to the nearest that is left, and so on. */
export function asRoute(cases, here) {
  const left = cases.filter(placed);
  const route = [];
  for (let at = here; left.length; at = route.at(-1)) {
    const [next] = byDistance(left, at);
    left.splice(left.indexOf(next), 1);
    route.push(next);
  }
  return [...route, ...cases.filter((one) => !placed(one))];
}

/** Where the phone is, or null. */
export function whereAmI() {
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    const found = ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude });
    return navigator.geolocation.getCurrentPosition(found, () => done(null), {
      enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000,
    });
  });
}
