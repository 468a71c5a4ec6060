/** Days of the calendar as the server writes them, `2026-02-28`: without any time zone. */

const DAY = 86_400_000;

function instant(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(instant(text));
}

export function addDays(day: string, count: number): string {
  return new Date(instant(day) + count * DAY).toISOString().slice(0, 10);
}

/** The same day of another month, or that month's last one. */
export function addMonths(day: string, count: number): string {
  const at = new Date(instant(day));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count + 1, 0));
  const date = Math.min(at.getUTCDate(), last.getUTCDate());
  return `${last.toISOString().slice(0, 8)}${String(date).padStart(2, "0")}`;
}

/** 1 (Monday) to 7. */
export function weekdayOf(day: string): number {
  return new Date(instant(day)).getUTCDay() || 7;
}

export type WeekStart = "monday" | "sunday";

/** The weekdays in the order in which the company's week has them. */
export function weekdays(start: WeekStart): readonly number[] {
  return start === "monday" ? [1, 2, 3, 4, 5, 6, 7] : [7, 1, 2, 3, 4, 5, 6];
}

/** How many empty places come before a day in its week. */
export function placeInWeek(day: string, start: WeekStart): number {
  return weekdays(start).indexOf(weekdayOf(day));
}

const MOVES: Record<string, (day: string) => string> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
  Home: (day) => `${day.slice(0, 8)}01`,
  End: (day) => addDays(addMonths(`${day.slice(0, 8)}01`, 1), -1),
};

/** Where a key leads from a day; null for keys that lead nowhere. */
export function moved(key: string, day: string): string | null {
  return MOVES[key]?.(day) ?? null;
}

/** The day of today in the reader's own time zone. */
export function today(): string {
  const now = new Date();
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** What of a lunar date stands in a small place: the month on its first day, else the day. */
export function shortLunar(lunar: string): string {
  return lunar.endsWith("初一") ? lunar.slice(0, -2) : lunar.slice(-2);
}
