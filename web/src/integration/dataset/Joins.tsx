import { ArrowRightOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import styles from "../integration.module.css";
import { asRelationship, useDefinitions } from "../useDefinitions";
import { useNames } from "../useNames";

/** The relationships that start or end at a dataset. */
export function Joins({ dataset, mayDraft }: { dataset: string; mayDraft: boolean }) {
  const { t } = useTranslation("integration");
  const names = useNames();
  const all = useDefinitions("relationships");
  const joins = all.data?.flatMap((card) => asRelationship(card) ?? []) ?? [];
  const here = joins.filter((join) => join.from_dataset === dataset || join.to_dataset === dataset);
  const name = (code: string) =>
    code === dataset ? (
      <strong>{names.dataset(code)}</strong>
    ) : (
      <Link to={`/data/datasets/${code}`}>{names.dataset(code)}</Link>
    );
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("dataset.joins", { shown: here.length })}</h2>
        {mayDraft && (
          <LinkButton size="small" to={`/data/register/relationship?from=${dataset}`}>
            {t("relationship.new")}
          </LinkButton>
        )}
      </div>
      {all.isPending && <RowsSkeleton rows={3} />}
      {all.isError && <ErrorState compact error={all.error} onRetry={() => void all.refetch()} />}
      {all.data && here.length === 0 && (
        <EmptyState compact title={t("dataset.noJoins")} hint={t("dataset.noJoinsHint")} />
      )}
      <ul className={styles.joins}>
        {here.map((join) => (
          <li key={join.code} className={styles.join}>
            {name(join.from_dataset)}
            <span className="faint small">
              N <ArrowRightOutlined /> 1
            </span>
            {name(join.to_dataset)}
            {join.role && <StatusTag>{join.role}</StatusTag>}
            <code className="faint">
              {join.columns.map((pair) => `${pair.many} = ${pair.one}`).join(", ")}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}
