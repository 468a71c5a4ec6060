/** Small choices that stay in this browser. A browser that refuses storage only forgets them. */

const PREFIX = "metrion.";

export function recall<Value extends string>(key: string, allowed: readonly Value[]): Value | null {
  try {
    const found = localStorage.getItem(PREFIX + key);
    return allowed.find((value) => value === found) ?? null;
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows and full disks: the choice lasts until the page is closed.
  }
}
