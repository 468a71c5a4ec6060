import type { WeekStart } from "@/calendar/days";
import { addDays } from "@/calendar/days";
import { type Grain, isGrain } from "@/format/date";
import { hasWindow, type Period, type Shift } from "../period";
import { type Move, moved, moveOf, periodLast, periodStart, type Span, sourceEnd } from "./days";
import { type CalendarDay, type Leap, landingIn, lookedAt } from "./leap";

/** The period of an answer that is looked at. */
export interface Asked {
  start: string;
  end: string;
  grain: Grain;
  weekStart: WeekStart;
}

/** The company's calendar, cut by the unit of the window and by that of the shift; null where it is not at hand. */
export interface Calendars {
  window: readonly CalendarDay[] | null;
  shift: readonly CalendarDay[] | null;
}

/**
 * The days that a metric with this period counts for the period asked for, as runs of days. Null where that cannot be
 * told: without the company's calendar, or where hours matter. The rules are those of `semantic/look.py`.
 */
export function countedDays(period: Period | null, asked: Asked, calendars: Calendars): Span[] | null {
  const shift = period?.shift ?? null;
  if (!period || (!hasWindow(period) && !period.point)) {
    return shift ? landed(shift, asked, calendars.shift) : [{ start: asked.start, end: asked.end }];
  }
  const seen = shift ? steppedBack(seenAt(period, asked), shift, calendars.shift) : seenAt(period, asked);
  if (seen === null) return null;
  if (period.point) return pointOf(period.point, seen, asked);
  const span = windowAt(period, seen, asked.weekStart, calendars.window);
  return span && [span];
}

/** What only a calendar knows of a shift: null for one that goes by moving days. */
function leapOf({ count, unit, match = "rows" }: Shift): Leap | null {
  const byKind = match === "working_day";
  return byKind || !isGrain(unit) ? { count, byKind } : null;
}

function shiftMove({ count, unit, match }: Shift): Move | null {
  return moveOf(count, unit, match === "weekday");
}

/** Without a window, rows move: what lands in the period counts. */
function landed(shift: Shift, asked: Asked, calendar: readonly CalendarDay[] | null): Span[] | null {
  const isDay = asked.grain === "day";
  const looksBack = shift.match === "look_back" && isDay;
  const leap = leapOf(shift);
  if (leap) {
    if (!calendar) return null;
    if (!looksBack) return runsOf(landingIn(calendar, leap, asked.start, asked.end));
    const day = lookedAt(calendar, leap, asked.end);
    return day === null ? null : [{ start: day, end: day }];
  }
  const move = shiftMove(shift);
  if (!move) return null;
  if (looksBack) {
    const day = moved(asked.end, { ...move, count: -move.count });
    return [{ start: day, end: day }];
  }
  const start = addDays(sourceEnd(addDays(asked.start, -1), move), 1);
  const end = sourceEnd(asked.end, move);
  // Days of a long month that a short one has no room for may leave nothing to land on a day.
  return start > end ? [] : [{ start, end }];
}

/** The day at which the window hangs. */
function seenAt(period: Period, { start, end }: Asked): string {
  if (period.within === "first") return start;
  return period.seen_from === "start" ? addDays(start, -1) : end;
}

function steppedBack(seen: string, shift: Shift, calendar: readonly CalendarDay[] | null): string | null {
  const leap = leapOf(shift);
  if (leap) return calendar && lookedAt(calendar, leap, seen);
  const move = shiftMove(shift);
  if (!move) return null;
  return shift.match === "look_back" ? moved(seen, { ...move, count: -move.count }) : sourceEnd(seen, move);
}

function pointOf(unit: string, seen: string, { grain, weekStart }: Asked): Span[] | null {
  if (!isGrain(unit)) return null;
  const first = periodStart(seen, unit, weekStart);
  return [{ start: periodStart(first, grain, weekStart), end: periodLast(first, grain, weekStart) }];
}

/** What counts around the day that is seen: before it, after it, or both. */
function windowAt(
  period: Period,
  seen: string,
  weekStart: WeekStart,
  calendar: readonly CalendarDay[] | null,
): Span | null {
  const { to_date: unit, trailing, leading } = period;
  let start: string | null = addDays(seen, 1);
  if (period.cumulative) start = null;
  else if (unit) {
    start = isGrain(unit) ? periodStart(seen, unit, weekStart) : firstOf(seen, calendar);
    if (start === null) return null;
  } else if (trailing) {
    const move = moveOf(trailing.count, trailing.unit);
    if (!move) return null;
    start = addDays(sourceEnd(seen, move), 1);
  }
  if (period.remaining) return { start, end: null };
  if (!leading) return { start, end: seen };
  const move = moveOf(-leading.count, leading.unit);
  return move && { start, end: sourceEnd(seen, move) };
}

/** The first day of the calendar's period that holds a day. */
function firstOf(day: string, calendar: readonly CalendarDay[] | null): string | null {
  const own = calendar?.find((one) => one.day === day)?.period ?? null;
  return own === null ? null : (calendar?.find(({ period }) => period === own)?.day ?? null);
}

/** Days as runs without gaps. */
function runsOf(days: readonly string[]): Span[] {
  const runs: { start: string; end: string }[] = [];
  for (const day of [...days].sort()) {
    const last = runs.at(-1);
    if (last && addDays(last.end, 1) === day) last.end = day;
    else runs.push({ start: day, end: day });
  }
  return runs;
}
