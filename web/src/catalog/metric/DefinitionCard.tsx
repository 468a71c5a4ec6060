import { useTranslation } from "react-i18next";
import type { MetricDef, MetricDetail } from "@/api/schema";
import { useLanguage } from "@/app/i18n/language";
import { usePick } from "@/app/i18n/text";
import { useLevelName } from "@/calendar/levels";
import { Facts } from "@/components/Facts";
import { StatusTag } from "@/components/StatusTag";
import { PeriodPicture } from "@/definition/picture/PeriodPicture";
import { unitWord } from "@/format/number";
import { pictured, type Row, useCalculation } from "./calculation";
import { FormulaView } from "./FormulaView";
import styles from "./metric.module.css";
import { Refs } from "./Refs";

interface Props {
  detail: MetricDetail;
  definition: MetricDef;
}

/** What exactly it means: the business words first, then how it is computed, then its properties. */
export function DefinitionCard({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const facts = [...useMeaning({ detail, definition }), ...useProperties({ detail, definition })];
  const period = pictured(definition.definition);
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
      {period && <PeriodPicture period={period} />}
    </section>
  );
}

function Formula({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  const how = definition.definition;
  if (how.type !== "atomic" && how.type !== "composite") return null;
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

function useMeaning({ detail, definition }: Props): Row[] {
  const { t } = useTranslation("catalog");
  const rows = useCalculation(detail, definition);
  if (!detail.facts) return rows;
  return [
    ...rows,
    [t("definition.dataset"), <Refs key="dataset" refs={detail.facts.datasets} />],
    [t("definition.dimensions"), <Refs key="dimensions" refs={detail.facts.dimensions} />],
  ];
}

function useProperties({ detail, definition }: Props): Row[] {
  const { t } = useTranslation("catalog");
  const level = useLevelName();
  const { language } = useLanguage();
  const additivity = detail.facts?.additivity;
  const rows: Row[] = [
    [t("definition.unit"), unitWord(detail.facts?.unit || definition.unit, language) || "–"],
    [t("definition.direction"), t(`now.better.${definition.direction}`)],
    [t("definition.grain"), level(definition.smallest_grain)],
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

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="row">
      {tags.map((tag) => (
        <StatusTag key={tag}>{tag}</StatusTag>
      ))}
    </span>
  );
}
