import type { DatasetDef, MetricDef, MetricQuery, QueryAnswer } from "@/api/schema";
import { addDays } from "@/calendar/days";
import { complete, numberAt } from "@/query/ask";
import type { CalendarDay } from "./leap";

/** How much of a calendar is read around the period that is looked at: a few years of any unit. */
const AROUND = 1100;

const PERIOD = "picture_period";
const PLACE = "picture_place";
const WORKING = "picture_working";

type Measure = Extract<MetricDef["definition"], { type: "atomic" }>["measure"];

/** Which columns of a calendar say what a picture needs. */
export interface Reading {
  calendar: DatasetDef;
  /** Column that tells periods apart; null: units that everybody has. */
  column: string | null;
  position: string | null;
}

function metric(
  code: string,
  { calendar }: Reading,
  measure: Pick<Measure, "expression" | "aggregation">,
): MetricDef {
  return {
    kind: "metric",
    code,
    name: { zh: code, en: code },
    aliases: [],
    domain: calendar.domain,
    caliber: { zh: "", en: "" },
    purpose: { zh: "", en: "" },
    definition: { type: "atomic", dataset: calendar.code, measure: { ...measure, discrete: false } },
    unit: "",
    decimals: 2,
    direction: "neutral",
    smallest_grain: "day",
    fill: "null",
    row_set: "facts",
    zero_division: "null",
    sensitivity: "internal",
    owner: "",
    steward: "",
    tags: [],
    requirement: "",
  };
}

/** Ask the calendar itself, by metrics of the moment, what its days are. */
export function calendarQuestion(
  reading: Reading,
  around: string,
): { definitions: MetricDef[]; query: MetricQuery } {
  const { calendar, column, position } = reading;
  const definitions = [
    ...(column ? [metric(PERIOD, reading, { expression: column, aggregation: "max" })] : []),
    ...(position ? [metric(PLACE, reading, { expression: position, aggregation: "max" })] : []),
    ...(calendar.working_day
      ? [metric(WORKING, reading, { expression: `if(${calendar.working_day}, 1, 0)`, aggregation: "max" })]
      : []),
  ];
  const time = { kind: "absolute" as const, start: addDays(around, -AROUND), end: addDays(around, AROUND) };
  const query = complete({
    metrics: definitions.map(({ code }) => code),
    grain: "day",
    time,
    order: [{ by: "time", descending: false }],
  });
  return { definitions, query };
}

/** The days of an answer; `periodOf` cuts them where no column does. A period cut off by the range is left out. */
export function calendarDays(
  { columns, rows }: Pick<QueryAnswer, "columns" | "rows">,
  periodOf: ((day: string) => string) | null,
): CalendarDay[] {
  const at = (metric: string) => {
    const found = columns.findIndex((column) => column.metric === metric);
    return found < 0 ? null : found;
  };
  const [period, place, working] = [at(PERIOD), at(PLACE), at(WORKING)];
  const days = rows.map((row): CalendarDay => {
    const day = String(row[0]).slice(0, 10);
    const cell = period === null ? null : (row[period] ?? null);
    return {
      day,
      period: periodOf ? periodOf(day) : typeof cell === "boolean" ? null : cell,
      place: numberAt(row, place),
      isWorking: numberAt(row, working) === 1,
    };
  });
  const cut = [days[0]?.period, days.at(-1)?.period];
  return days.filter((day) => !cut.includes(day.period));
}
