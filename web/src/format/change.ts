import type { Language } from "@/app/i18n/language";
import { shownFactor } from "./number";

export type Direction = "higher" | "lower" | "neutral";
export type Verdict = "good" | "bad" | "neutral";

export interface Change {
  /** `+12.3%`, `-4.1 pp`; null when there is nothing to compare with. */
  text: string | null;
  sign: -1 | 0 | 1;
  verdict: Verdict;
}

/** Whether a move is good news depends on the metric: fewer overdue loans are. */
export function verdictOf(sign: number, direction: Direction): Verdict {
  if (sign === 0 || direction === "neutral") return "neutral";
  return sign > 0 === (direction === "higher") ? "good" : "bad";
}

/** Compare now with then: rates move by percentage points, everything else by percent. */
export function changeOf(
  now: number | null,
  then: number | null,
  kind: { unit?: string; direction?: Direction },
  language: Language,
): Change {
  if (now === null || then === null) return { text: null, sign: 0, verdict: "neutral" };
  const delta = now - then;
  const sign = Math.sign(delta) as -1 | 0 | 1;
  const verdict = verdictOf(sign, kind.direction ?? "neutral");
  const locale = language === "zh" ? "zh-CN" : "en-US";
  const factor = shownFactor(kind.unit);
  if (factor !== 1) {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, signDisplay: "exceptZero" });
    const word = kind.unit !== "%" ? kind.unit : language === "zh" ? "个百分点" : "pp";
    return { text: `${format.format(delta * factor)} ${word}`, sign, verdict };
  }
  if (then === 0) return { text: null, sign, verdict };
  const share = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: Math.abs(delta / then) >= 10 ? 0 : 1,
    signDisplay: "exceptZero",
  }).format(delta / Math.abs(then));
  return { text: share, sign, verdict };
}
