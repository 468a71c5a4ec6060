/** A day as a company's calendar has it. */
export interface CalendarDay {
  day: string;
  /** What tells the period of the day from others; it grows with time. Null: the day belongs to none. */
  period: string | number | null;
  /** The day's place in its period; null: counted from the first day. */
  place: number | null;
  isWorking: boolean;
}

export interface Leap {
  count: number;
  /** Working days meet working days and the others the others, each counted by themselves. */
  byKind: boolean;
}

interface Placed {
  day: string;
  period: number;
  place: number;
  kind: string;
}

interface Places {
  placed: Placed[];
  /** By period and kind: the days by their place. */
  days: Map<string, Map<number, string>>;
}

const keyOf = (period: number, kind: string) => `${period}/${kind}`;

function placesOf(days: readonly CalendarDay[], byKind: boolean): Places {
  const known = days.filter((day) => day.period !== null);
  const numbers = new Map<string | number, number>();
  for (const { period } of known)
    if (period !== null && !numbers.has(period)) numbers.set(period, numbers.size);
  const found: Places = { placed: [], days: new Map() };
  for (const { day, period, place, isWorking } of known) {
    const number = numbers.get(period ?? "") ?? 0;
    const kind = byKind && isWorking ? "working" : "any";
    const key = keyOf(number, kind);
    const group = found.days.get(key) ?? new Map<number, string>();
    const at = byKind || place === null ? group.size + 1 : place;
    found.days.set(key, group.set(at, day));
    found.placed.push({ day, period: number, place: at, kind });
  }
  return found;
}

/** The day at the same place so many periods away; a place that is not there is the nearest end. */
function across({ period, place, kind }: Placed, by: number, days: Places["days"]): string | null {
  const group = days.get(keyOf(period + by, kind));
  if (!group) return null;
  const places = [...group.keys()];
  const nearest = Math.min(Math.max(place, Math.min(...places)), Math.max(...places));
  return group.get(nearest) ?? null;
}

/** The days whose rows land in the span: each day lands on exactly one. */
export function landingIn(
  days: readonly CalendarDay[],
  { count, byKind }: Leap,
  start: string,
  end: string,
): string[] {
  const places = placesOf(days, byKind);
  return places.placed
    .filter((one) => {
      const landed = across(one, count, places.days);
      return landed !== null && landed >= start && landed <= end;
    })
    .map(({ day }) => day);
}

/** The day that `seen` looks back at. */
export function lookedAt(days: readonly CalendarDay[], { count, byKind }: Leap, seen: string): string | null {
  const places = placesOf(days, byKind);
  const own = places.placed.find(({ day }) => day === seen);
  return own ? across(own, -count, places.days) : null;
}
