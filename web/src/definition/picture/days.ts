import { addDays, addMonths, type WeekStart, weekdayOf, weekdays } from "@/calendar/days";
import type { Grain } from "@/format/date";

/** The arithmetic of periods, as the engine does it (`semantic/calendar.py`), on days such as `2026-02-28`. */

/** Both ends included; null is open. */
export interface Span {
  start: string | null;
  end: string | null;
}

/** A shift by whole months, where the last day of a month stays its last, or by days. */
export interface Move {
  unit: "month" | "day";
  count: number;
}

const MONTHS: Partial<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const DAYS: Partial<Record<string, number>> = { day: 1, week: 7 };
/** Days of a shift that keeps the weekday. */
const WHOLE_WEEKS: Partial<Record<string, number>> = { day: 1, week: 7, month: 28, quarter: 91, year: 364 };

/** The move of a number of units; null for what is finer than a day, or only a calendar knows. */
export function moveOf(count: number, unit: string, keepsWeekday = false): Move | null {
  const weeks = keepsWeekday ? WHOLE_WEEKS[unit] : undefined;
  if (weeks !== undefined) return { unit: "day", count: count * weeks };
  const months = MONTHS[unit];
  if (months !== undefined) return { unit: "month", count: count * months };
  const days = DAYS[unit];
  return days === undefined ? null : { unit: "day", count: count * days };
}

/** Where a move leads; the 31st of a shorter month is its last day. */
export function moved(day: string, { unit, count }: Move): string {
  return unit === "day" ? addDays(day, count) : addMonths(day, count);
}

function monthEnd(day: string): string {
  return addDays(addMonths(`${day.slice(0, 8)}01`, 1), -1);
}

/** The last day whose rows a move brings to `day` or before. */
export function sourceEnd(day: string, { unit, count }: Move): string {
  const source = moved(day, { unit, count: -count });
  return unit === "month" && day === monthEnd(day) ? monthEnd(source) : source;
}

/** The first day of the period that holds `day`. */
export function periodStart(day: string, grain: Grain, weekStart: WeekStart): string {
  if (grain === "week") return addDays(day, -weekdays(weekStart).indexOf(weekdayOf(day)));
  const length = MONTHS[grain];
  if (length === undefined) return day;
  const month = Number(day.slice(5, 7)) - 1;
  const first = String(month - (month % length) + 1).padStart(2, "0");
  return `${day.slice(0, 5)}${first}-01`;
}

/** The last day of the period that holds `day`. */
export function periodLast(day: string, grain: Grain, weekStart: WeekStart): string {
  const start = periodStart(day, grain, weekStart);
  const move = moveOf(1, grain);
  return move ? addDays(moved(start, move), -1) : day;
}

/** The last whole period before the one that holds `today`. */
export function lastWhole(today: string, grain: Grain, weekStart: WeekStart) {
  const end = addDays(periodStart(today, grain, weekStart), -1);
  return { start: periodStart(end, grain, weekStart), end };
}

/** How many days a span without open ends has. */
export function dayCount(start: string, end: string): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000) + 1;
}
