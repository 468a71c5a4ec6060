import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Factor } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { EmptyState } from "@/components/EmptyState";
import { StatusTag } from "@/components/StatusTag";
import { Differences } from "@/governance/Differences";
import styles from "./Factors.module.css";

/** What differs between two receipts, in words: as it was for A, as it was for B. */
export function Factors({ factors }: { factors: readonly Factor[] }) {
  const { t } = useTranslation("query");
  return (
    <section className="card" aria-labelledby="factors">
      <h2 id="factors" className={styles.title}>
        {t("why.factors")}
      </h2>
      {factors.length === 0 ? (
        <EmptyState title={t("why.sameTitle")} hint={t("why.sameHint")} compact />
      ) : (
        factors.map((factor) => <FactorOf key={factor.id} factor={factor} />)
      )}
    </section>
  );
}

function FactorOf({ factor }: { factor: Factor }) {
  const { t } = useTranslation("query");
  const pick = usePick();
  const metric = /^definition:metric\/(.+)$/.exec(factor.id)?.[1];
  const note = pick(factor.note);
  const title = pick(factor.title);
  return (
    <div className={styles.factor}>
      <h3>
        {metric ? <Link to={`/metrics/${metric}`}>{title}</Link> : title}
        {!factor.counts && <StatusTag>{t("why.looksOnly")}</StatusTag>}
      </h3>
      {factor.details.length > 0 && (
        <table className={styles.details}>
          <colgroup>
            <col className={styles.labelColumn} />
            <col />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">{t("why.what")}</span>
              </th>
              <th scope="col">A</th>
              <th scope="col">B</th>
            </tr>
          </thead>
          <tbody>
            {factor.details.map((detail) => (
              <tr key={pick(detail.label)}>
                <th scope="row">{pick(detail.label)}</th>
                <td data-label="A">{pick(detail.a) || t("receipt.none")}</td>
                <td data-label="B">{pick(detail.b) || t("receipt.none")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {factor.fields.length > 0 && (
        <div className={styles.fields}>
          <Differences differences={factor.fields} operation="update" />
        </div>
      )}
      {note && <p className="small faint">{note}</p>}
    </div>
  );
}
