import { useTranslation } from "react-i18next";
import type { Factor, ReceiptDifference } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import styles from "./DifferencePage.module.css";
import { placer, type Step, signed, type Waterfall } from "./waterfall";

interface Props {
  difference: ReceiptDifference;
  waterfall: Waterfall;
  kind: NumberKind;
}

/** From A to B, a row for each step: the bar is where the number moves, the columns say by how much. */
export function WaterfallTable({ difference, waterfall, kind }: Props) {
  const { t } = useTranslation("query");
  const format = useFormat();
  const place = placer(waterfall);
  const names = useFactorNames(difference.factors);
  const total = waterfall.end - waterfall.start;
  const mark = (value: number) => (
    <span className={styles.track} aria-hidden="true">
      <span className={styles.mark} style={{ left: `${place(value)}%` }} />
    </span>
  );
  return (
    <table className={styles.waterfall} aria-label={t("why.waterfall")}>
      <thead>
        <tr>
          <th scope="col">{t("why.factor")}</th>
          <td className={styles.trackCell} />
          <th scope="col" className={styles.end}>
            {t("why.share")}
          </th>
          <th scope="col" className={styles.end}>
            {t("why.after")}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr className={styles.side}>
          <th scope="row">A</th>
          <td className={styles.trackCell}>{mark(waterfall.start)}</td>
          <td className={styles.end} />
          <td className={`${styles.end} num`}>{format.exactText(waterfall.start, kind)}</td>
        </tr>
        {waterfall.steps.map((step) => (
          <tr key={step.factors.join()}>
            <th scope="row">
              {step.factors.map(names).join(t("why.plus"))}
              {step.factors.length > 1 && (
                <div className="small faint">{together(step, t("why.together"))}</div>
              )}
            </th>
            <td className={styles.trackCell}>
              <Bar step={step} place={place} />
            </td>
            <td className={`${styles.end} num ${tone(step.amount)}`}>
              {signed(step.amount, format.exactText(Math.abs(step.amount), kind))}
            </td>
            <td className={`${styles.end} num soft`}>{format.exactText(step.after, kind)}</td>
          </tr>
        ))}
        <tr className={styles.side}>
          <th scope="row">B</th>
          <td className={styles.trackCell}>{mark(waterfall.end)}</td>
          <td className={`${styles.end} num`}>{signed(total, format.exactText(Math.abs(total), kind))}</td>
          <td className={`${styles.end} num`}>{format.exactText(waterfall.end, kind)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Bar({ step, place }: { step: Step; place: (value: number) => number }) {
  const [low, high] = [place(Math.min(step.before, step.after)), place(Math.max(step.before, step.after))];
  const colour = step.amount < 0 ? styles.down : styles.up;
  return (
    <span className={styles.track} aria-hidden="true">
      {step.amount === 0 ? (
        <span className={styles.still} style={{ left: `${low}%` }} />
      ) : (
        <span className={`${styles.bar} ${colour}`} style={{ left: `${low}%`, width: `${high - low}%` }} />
      )}
    </span>
  );
}

/** Why several factors stand in one row. */
function together(step: Step, words: string): string {
  return step.refusal ? `${words} ${step.refusal.title}` : words;
}

function tone(amount: number): string {
  if (amount === 0) return "faint";
  return (amount < 0 ? styles.downText : styles.upText) ?? "";
}

function useFactorNames(factors: readonly Factor[]): (id: string) => string {
  const pick = usePick();
  return (id) => pick(factors.find((factor) => factor.id === id)?.title) || id;
}
