import { Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DatasetDef } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import styles from "../definition.module.css";
import { Field } from "../Field";
import { blankDefinition, type MetricType, type Raw, textAt, typeOf, valueAt, withValue } from "../raw";
import { useDatasets } from "../sources";
import { UnknownKind } from "../UnknownKind";
import { useWizard } from "../wizard";
import { FunnelSource } from "./kinds/Funnel";
import { MetricField } from "./kinds/fields";
import { VariantSource } from "./kinds/Variant";

/** The kinds of metrics, by what they are made from. */
const GROUPS = [
  ["data", ["atomic"]],
  ["one", ["derived", "growth", "share", "index", "nested", "rank", "inherited"]],
  ["several", ["ratio", "difference", "composite", "conversion"]],
] as const;

/** What was written for another kind, by draft and kind: a look at another kind loses nothing. */
const writtenBefore = new Map<string, Raw>();

/** Where the number comes from: a dataset, another metric, or several metrics. */
export function SourceStep() {
  const { raw } = useWizard();
  return (
    <>
      <KindChoice />
      <Sources type={typeOf(raw)} />
    </>
  );
}

function KindChoice() {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const { raw, write, stored } = useWizard();
  const type = typeOf(raw);
  const become = (next: MetricType) => {
    const definition = valueAt(raw, "definition");
    if (definition) writtenBefore.set(`${stored.id}/${type}`, definition as Raw);
    const begun = writtenBefore.get(`${stored.id}/${next}`) ?? blankDefinition(next);
    const moved = withValue(raw, "definition", begun);
    const isVariant = next === "inherited" && valueAt(raw, "extends") === undefined;
    write(
      isVariant ? withValue(moved, "extends", { metric: "", fields: [] }) : withoutEmptyVariant(moved, next),
    );
  };
  return (
    <Field path="definition.type" label={t("source.type")} exact>
      {(id) => (
        <Radio.Group
          id={id}
          className={styles.kinds}
          value={type}
          onChange={(event) => become(event.target.value as MetricType)}
        >
          {GROUPS.map(([group, types]) => (
            <div key={group}>
              <div className="small soft">{t(`source.groups.${group}`)}</div>
              <div className={styles.types}>
                {types.map((name) => (
                  <Radio key={name} value={name} className={styles.type}>
                    <strong>{app(`metricType.${name}`)}</strong>
                    <span className="small soft">{t(`source.types.${name}`)}</span>
                  </Radio>
                ))}
              </div>
            </div>
          ))}
        </Radio.Group>
      )}
    </Field>
  );
}

/** A draft that was a variant for a moment names no metric to be a variant of. */
function withoutEmptyVariant(raw: Raw, type: MetricType): Raw {
  const isEmpty = type !== "inherited" && textAt(raw, "extends.metric") === "";
  return isEmpty ? withValue(raw, "extends", undefined) : raw;
}

function Sources({ type }: { type: MetricType | null }) {
  const { t } = useTranslation("definition");
  const base = <MetricField path="definition.base" label={t("source.base")} hint={t("source.baseHint")} />;
  const metric = (
    <MetricField path="definition.metric" label={t("source.metric")} hint={t("source.baseHint")} />
  );
  switch (type) {
    case "atomic":
      return <Dataset />;
    case "composite":
      return <Used />;
    case "derived":
    case "nested":
    case "rank":
      return base;
    case "growth":
    case "share":
    case "index":
      return metric;
    case "difference":
      return (
        <>
          {metric}
          <MetricField path="definition.target" label={t("source.target")} hint={t("source.targetHint")} />
        </>
      );
    case "ratio":
      return (
        <>
          <MetricField path="definition.numerator.metric" label={t("source.numerator")} />
          <MetricField path="definition.denominator.metric" label={t("source.denominator")} />
        </>
      );
    case "conversion":
      return <FunnelSource />;
    case "inherited":
      return <VariantSource />;
    case null:
      return <UnknownKind />;
  }
}

function Dataset() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, write } = useWizard();
  const known = useDatasets();
  const code = textAt(raw, "definition.dataset");
  const chosen = known.datasets.find(({ definition }) => definition.code === code)?.definition;
  if (known.isPending) return <RowsSkeleton rows={4} />;
  if (known.isError) return <ErrorState error={known.error} onRetry={() => void known.refetch()} compact />;
  const choose = (next: string) => {
    const moved = withValue(raw, "definition.dataset", next);
    // Another dataset has other time columns.
    write(withValue(moved, "definition.time_column", undefined));
  };
  return (
    <>
      <Field path="definition.dataset" label={t("source.dataset")} hint={t("source.datasetHint")} required>
        {(id, isFaulty) => (
          <Select
            id={id}
            className={styles.wide}
            value={code || undefined}
            placeholder={t("source.chooseDataset")}
            status={isFaulty ? "error" : undefined}
            showSearch={{ optionFilterProp: ["label", "value"] }}
            onChange={choose}
            options={known.datasets.map(({ definition }) => ({
              value: definition.code,
              label: pick(definition.name),
              detail: pick(definition.description),
            }))}
            optionRender={(option) => (
              <div className={styles.option}>
                <span>
                  {option.data.label} <code className="faint">{option.data.value}</code>
                </span>
                {option.data.detail && <span className="small faint ellipsis">{option.data.detail}</span>}
              </div>
            )}
          />
        )}
      </Field>
      {chosen && <TimeColumn dataset={chosen} />}
      {chosen && <Columns dataset={chosen} />}
    </>
  );
}

function TimeColumn({ dataset }: { dataset: DatasetDef }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, set } = useWizard();
  const [usual] = dataset.time_columns;
  const label = (name: string) => pick(dataset.columns.find((column) => column.name === name)?.label) || name;
  return (
    <Field path="definition.time_column" label={t("source.time")} hint={t("source.timeHint")}>
      {(id, isFaulty) => (
        <Select
          id={id}
          className={styles.wide}
          value={textAt(raw, "definition.time_column") || usual}
          status={isFaulty ? "error" : undefined}
          placeholder={t("source.noTime")}
          onChange={(name: string) => set("definition.time_column", name === usual ? undefined : name)}
          options={dataset.time_columns.map((name) => ({ value: name, label: `${label(name)} (${name})` }))}
        />
      )}
    </Field>
  );
}

/** What the dataset holds, so that nobody has to know the table by heart. */
function Columns({ dataset }: { dataset: DatasetDef }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const pick = usePick();
  return (
    <div className={styles.field}>
      <div className="row">
        <span className={styles.label}>{t("source.columns", { count: dataset.columns.length })}</span>
        <StatusTag tone={dataset.real ? "neutral" : "warn"}>
          {app(dataset.real ? "data.real" : "data.generated")}
        </StatusTag>
      </div>
      <ul className={styles.columns}>
        {dataset.columns.map((column) => (
          <li key={column.name}>
            <span className="ellipsis">{pick(column.label) || column.name}</span>
            <code className="faint ellipsis">{column.name}</code>
            <span className="small faint">{t(`dataType.${column.type}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Used() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { checked } = useWizard();
  const uses = checked.facts?.uses.filter((ref) => ref.kind === "metric") ?? [];
  const datasets = checked.facts?.datasets ?? [];
  return (
    <div className={styles.field}>
      <span className={styles.label}>{t("source.used")}</span>
      {uses.length === 0 ? (
        <p className="soft">{t("source.usedNone")}</p>
      ) : (
        <>
          <div className="row">
            {uses.map((ref) => (
              <Link key={ref.code} className={styles.chip} to={`/metrics/${ref.code}`}>
                {pick(ref.name)}
              </Link>
            ))}
          </div>
          <p className={styles.hint}>
            {t("source.reads", { names: datasets.map((ref) => pick(ref.name)).join(t("list.comma")) })}
          </p>
        </>
      )}
    </div>
  );
}
