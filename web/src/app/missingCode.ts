/** Errors of code that was to be loaded and is not there: an upgrade replaced it, or the network failed. */
const missing = new WeakSet<object>();

/** Vite tells of each failed load before it throws the same error to whoever asked. */
export function watchMissingCode(): void {
  window.addEventListener("vite:preloadError", ({ payload }) => missing.add(payload));
}

export function isMissingCode(error: unknown): boolean {
  return typeof error === "object" && error !== null && missing.has(error);
}
