// The way to a centre, reckoned on the phone: where somebody is never leaves it.

const EARTH_KM = 6371;
/** Streets are longer than the straight line, and a motorbike in town goes so fast. */
const DETOUR = 1.3;
const KM_PER_HOUR = 25;
export const STEP_MIN = 5;

const radians = (degrees) => (degrees * Math.PI) / 180;

/** Kilometres in a straight line. */
export function distanceKm(a, b) {
  const lat = radians(b.lat - a.lat);
  const lon = radians(b.lon - a.lon);
  const h =
    Math.sin(lat / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
}

/** Minutes on the way, in steps of five upward; at least one step. */
export function travelMinutes(km) {
  const minutes = ((km * DETOUR) / KM_PER_HOUR) * 60;
  return Math.max(STEP_MIN, Math.ceil(minutes / STEP_MIN) * STEP_MIN);
}
