import { addDays, type WeekStart } from "@/calendar/days";
import type { Grain } from "@/format/date";
import { dayCount, moved, moveOf, periodStart, type Span } from "./days";

/** Days that are drawn, and the marks on the line. */
export interface Axis {
  first: string;
  last: string;
  unit: Grain;
  marks: string[];
}

/** How much beyond the days that matter is drawn, so that an open end is seen to go on. */
const BEYOND = 0.08;
const MOST_MARKS = 9;
const UNITS: readonly [Grain, number][] = [
  ["day", 1],
  ["week", 7],
  ["month", 30],
  ["quarter", 91],
  ["year", 365],
];

/** A line from a little before the first day that matters to a little after the last. */
export function axisOf(spans: readonly Span[], weekStart: WeekStart): Axis {
  const ends = spans
    .flatMap(({ start, end }) => [start, end])
    .filter((day) => day !== null)
    .sort();
  const [first = "", last = first] = [ends[0], ends.at(-1)];
  const isOpen = spans.some(({ start, end }) => start === null || end === null);
  const length = dayCount(first, last);
  const beyond = Math.max(1, Math.ceil(length * (isOpen ? 3 * BEYOND : BEYOND)));
  const axis = { first: addDays(first, -beyond), last: addDays(last, beyond) };
  const days = dayCount(axis.first, axis.last);
  const unit = UNITS.find(([, size]) => days / size <= MOST_MARKS)?.[0] ?? "year";
  return { ...axis, unit, marks: marksOf(axis.first, axis.last, unit, days, weekStart) };
}

function marksOf(first: string, last: string, unit: Grain, days: number, weekStart: WeekStart): string[] {
  const years = Math.ceil(days / 365 / MOST_MARKS);
  const move = moveOf(unit === "year" ? Math.max(1, years) : 1, unit);
  const marks: string[] = [];
  if (!move) return marks;
  let day = periodStart(first, unit, weekStart);
  while (day <= last) {
    if (day >= first) marks.push(day);
    day = moved(day, move);
  }
  return marks;
}

/** Where a day begins on the line, from 0 to 1. */
export function placeOf(day: string, { first, last }: Axis): number {
  const length = dayCount(first, last);
  return Math.min(1, Math.max(0, (dayCount(first, day) - 1) / length));
}

/** The stretch of a span on the line; an open end reaches the end of the line. */
export function stretchOf({ start, end }: Span, axis: Axis): { from: number; to: number } {
  return {
    from: start === null ? 0 : placeOf(start, axis),
    to: end === null ? 1 : placeOf(addDays(end, 1), axis),
  };
}
