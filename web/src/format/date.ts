import type { Language } from "@/app/i18n/language";

export type Grain = "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
/** The periods that every company has, the finest first. */
export const GRAINS: readonly Grain[] = [
  "second",
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
];
/** Those that business people look by. */
export const DAY_GRAINS: readonly Grain[] = GRAINS.slice(GRAINS.indexOf("day"));

/** A grain, or the code of a level of a company's calendar (`fiscal_month`). */
export type Level = string;

export function isGrain(level: Level): level is Grain {
  return GRAINS.some((grain) => grain === level);
}

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

/** A calendar day of the server (`2017-03-05`, perhaps with a time behind it) as its parts, without any time zone. */
function parts(day: string): [number, number, number] | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(day);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function dayText(day: string, language: Language): string {
  const found = parts(day);
  if (!found) return day;
  const [year, month, date] = found;
  return language === "zh" ? `${year}年${month}月${date}日` : `${date} ${MONTHS[month - 1]} ${year}`;
}

/** Seconds and minutes that are all zero say nothing. */
function clockText(moment: string, grain: "second" | "minute" | "hour"): string {
  return moment.slice(0, grain === "second" ? 19 : 16).replace("T", " ");
}

/** A period named by its first day; one of a company's calendar is named by that day or by its number. */
export function periodText(day: string, grain: Level | null | undefined, language: Language): string {
  const found = parts(day);
  if (!found) return day;
  const [year, month] = found;
  switch (grain) {
    case "year":
      return language === "zh" ? `${year}年` : `${year}`;
    case "quarter":
      return language === "zh" ? `${year}年${Math.ceil(month / 3)}季度` : `Q${Math.ceil(month / 3)} ${year}`;
    case "month":
      return language === "zh" ? `${year}年${month}月` : `${MONTHS[month - 1]} ${year}`;
    case "week":
      return language === "zh" ? `${day.slice(0, 10)} 当周` : `week of ${dayText(day, language)}`;
    case "second":
    case "minute":
    case "hour":
      return clockText(day, grain);
    case "day":
    case null:
    case undefined:
      return day.slice(0, 10);
    default:
      return language === "zh" ? `${day.slice(0, 10)} 起` : `from ${dayText(day, language)}`;
  }
}

/** The same, short enough for an axis. */
export function axisText(day: string, grain: Level | null | undefined): string {
  const found = parts(day);
  if (!found) return day;
  const [year, month] = found;
  if (grain === "year") return `${year}`;
  if (grain === "quarter") return `${year}Q${Math.ceil(month / 3)}`;
  if (grain === "month") return day.slice(0, 7);
  if (grain === "second" || grain === "minute" || grain === "hour") return clockText(day, grain);
  return day.slice(0, 10);
}

/** An instant of the server (UTC) in the reader's own time zone. */
export function momentText(instant: string, language: Language): string {
  return new Date(instant).toLocaleString(LOCALES[language], {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

export function momentDay(instant: string, language: Language): string {
  return new Date(instant).toLocaleDateString(LOCALES[language], {
    year: "numeric",
    month: "short",
    day: "numeric",
  });
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** The day of an instant in figures, for columns. */
export function momentDate(instant: string): string {
  const moment = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** "3 hours ago"; older than a month: the day. */
export function agoText(instant: string, language: Language, now: number = Date.now()): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return momentDay(instant, language);
  const format = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto" });
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit
    ? format.format(Math.round(seconds / unit[1]), unit[0])
    : format.format(Math.round(seconds), "second");
}

const DAY = 86_400_000;

/** The last day of the period that begins on `day`; null where only a company's calendar knows. */
export function periodEnd(day: string, grain: Level): string | null {
  const found = parts(day);
  if (!found || !isGrain(grain)) return null;
  const [year, month, date] = found;
  const next = {
    second: Date.UTC(year, month - 1, date + 1),
    minute: Date.UTC(year, month - 1, date + 1),
    hour: Date.UTC(year, month - 1, date + 1),
    day: Date.UTC(year, month - 1, date + 1),
    week: Date.UTC(year, month - 1, date + 7),
    month: Date.UTC(year, month, 1),
    quarter: Date.UTC(year, month + 2, 1),
    year: Date.UTC(year + 1, 0, 1),
  }[grain];
  return new Date(next - DAY).toISOString().slice(0, 10);
}
