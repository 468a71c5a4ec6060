import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Derived, MetricDef, MetricDetail, Ref } from "@/api/schema";
import { useLanguage } from "@/app/i18n/language";
import { usePick } from "@/app/i18n/text";
import { Facts } from "@/components/Facts";
import { StatusTag } from "@/components/StatusTag";
import { unitWord } from "@/format/number";
import { conditionText } from "@/query/conditionText";
import { FormulaView } from "./FormulaView";
import styles from "./metric.module.css";
import "@/query/words";

interface Props {
  detail: MetricDetail;
  definition: MetricDef;
}

/** What exactly it means: the business words first, then how it is computed, then its properties. */
export function DefinitionCard({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const facts = [...useMeaning({ detail, definition }), ...useProperties({ detail, definition })];
  const half = Math.ceil(facts.length / 2);
  return (
    <section className="card" aria-labelledby="definition">
      <h2 id="definition">{t("definition.title")}</h2>
      <p className={styles.caliber}>
        {pick(definition.caliber) || <span className="faint">{t("definition.noCaliber")}</span>}
      </p>
      {pick(definition.purpose) && <p className="soft">{pick(definition.purpose)}</p>}
      <Formula detail={detail} definition={definition} />
      <div className={`two ${styles.facts}`}>
        <Facts facts={facts.slice(0, half)} />
        <Facts facts={facts.slice(half)} />
      </div>
    </section>
  );
}

function Formula({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  const how = definition.definition;
  if (how.type === "derived") return null;
  const text = how.type === "composite" ? how.formula : how.measure.expression;
  return (
    <div className={styles.formulaBox}>
      <div className="small faint">
        {t("definition.formula")}
        {how.type === "atomic" && ` · ${t(`definition.aggregations.${how.measure.aggregation}`)}`}
      </div>
      <FormulaView text={text} tokens={detail.facts?.formula_tokens ?? []} />
    </div>
  );
}

type Row = readonly [string, ReactNode];

function useMeaning({ detail, definition }: Props): Row[] {
  const { t } = useTranslation("catalog");
  const { t: query } = useTranslation("query");
  const period = usePeriodWords();
  const how = definition.definition;
  const find = (kind: Ref["kind"], codes: readonly string[]) =>
    codes.map(
      (code) => detail.references.find((ref) => ref.kind === kind && ref.code === code) ?? bare(kind, code),
    );
  const rows: Row[] = [];
  if (how.type === "atomic") {
    const { filter } = how.measure;
    if (filter) rows.push([t("definition.filter"), conditionText(filter, query)]);
  }
  if (how.type === "derived") {
    rows.push([t("definition.base"), <Refs key="base" refs={find("metric", [how.base])} />]);
    if (how.modifiers.length > 0) {
      rows.push([t("definition.modifiers"), <Refs key="modifiers" refs={find("modifier", how.modifiers)} />]);
    }
    if (how.period) rows.push([t("definition.period"), period(how.period)]);
  }
  if (how.type === "composite" && detail.facts) {
    const metrics = detail.facts.uses.filter((ref) => ref.kind === "metric");
    rows.push([t("definition.uses"), <Refs key="uses" refs={metrics} />]);
  }
  if (detail.facts) {
    rows.push([t("definition.dataset"), <Refs key="dataset" refs={detail.facts.datasets} />]);
    rows.push([t("definition.dimensions"), <Refs key="dimensions" refs={detail.facts.dimensions} />]);
  }
  return rows;
}

function useProperties({ detail, definition }: Props): Row[] {
  const { t } = useTranslation("catalog");
  const { t: app } = useTranslation();
  const { language } = useLanguage();
  const additivity = detail.facts?.additivity;
  const rows: Row[] = [
    [t("definition.unit"), unitWord(detail.facts?.unit || definition.unit, language) || "–"],
    [t("definition.direction"), t(`now.better.${definition.direction}`)],
    [t("definition.grain"), app(`grain.${definition.smallest_grain}`)],
    [t("definition.sensitivity"), t(`definition.sensitivities.${definition.sensitivity}`)],
  ];
  if (isAdditivity(additivity))
    rows.push([t("definition.additivity"), t(`definition.additive.${additivity}`)]);
  if (detail.facts?.time_axis)
    rows.push([t("definition.timeAxis"), <code key="axis">{detail.facts.time_axis}</code>]);
  if (definition.tags.length > 0)
    rows.push([t("definition.tags"), <Tags key="tags" tags={definition.tags} />]);
  return rows;
}

const ADDITIVITIES = ["additive", "semi_additive", "non_additive"] as const;

function isAdditivity(text: string | undefined): text is (typeof ADDITIVITIES)[number] {
  return ADDITIVITIES.some((name) => name === text);
}

function usePeriodWords() {
  const { t } = useTranslation("catalog");
  const { t: app } = useTranslation();
  return (period: NonNullable<Derived["period"]>): string => {
    const span = ({ count, unit }: NonNullable<typeof period.trailing>) =>
      t(`definition.span.${unit}`, { count });
    return [
      period.to_date && t("definition.toDate", { grain: app(`grain.${period.to_date}`) }),
      period.trailing && t("definition.trailing", { span: span(period.trailing) }),
      period.shift && t("definition.shift", { span: span(period.shift) }),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

function bare(kind: Ref["kind"], code: string): Ref {
  return { kind, code, name: { zh: code, en: code } };
}

function Refs({ refs }: { refs: readonly Ref[] }) {
  const pick = usePick();
  if (refs.length === 0) return <span className="faint">–</span>;
  return (
    <span className="row">
      {refs.map((ref) =>
        ref.kind === "metric" ? (
          <Link key={ref.code} to={`/metrics/${ref.code}`}>
            {pick(ref.name)}
          </Link>
        ) : (
          <span key={ref.code} title={ref.code}>
            {pick(ref.name)}
          </span>
        ),
      )}
    </span>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="row">
      {tags.map((tag) => (
        <StatusTag key={tag}>{tag}</StatusTag>
      ))}
    </span>
  );
}
