const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Bytes as people read them: three figures and a unit. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let place = 0;
  while (value >= 1000 && place < UNITS.length - 1) {
    value /= 1000;
    place += 1;
  }
  const digits = place === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[place]}`;
}
