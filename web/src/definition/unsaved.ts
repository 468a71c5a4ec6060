import type { Unsaved } from "./draftState";

/** Text that has not reached the server yet, kept in this browser for the person who typed it. */

const key = (username: string, draft: string) => `metrion.unsaved.${username}.${draft}`;

export function readUnsaved(username: string, draft: string): Unsaved | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(username, draft)) ?? "null");
    const isKept = typeof found === "object" && found !== null && "raw" in found && "revision" in found;
    return isKept ? (found as Unsaved) : null;
  } catch {
    return null;
  }
}

export function keepUnsaved(username: string, draft: string, unsaved: Unsaved): void {
  try {
    localStorage.setItem(key(username, draft), JSON.stringify(unsaved));
  } catch {
    // A browser that refuses storage still saves to the server a moment later.
  }
}

export function forgetUnsaved(username: string, draft: string): void {
  try {
    localStorage.removeItem(key(username, draft));
  } catch {
    // Nothing was kept then.
  }
}
