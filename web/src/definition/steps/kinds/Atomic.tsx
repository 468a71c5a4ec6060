import { Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetDef } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { Condition } from "@/query/conditionText";
import { ConditionBuilder } from "../../ConditionBuilder";
import { useDatasetFields } from "../../conditionFields";
import styles from "../../definition.module.css";
import type { EditorHandle } from "../../editor/CodeEditor";
import { FormulaEditor } from "../../editor/FormulaEditor";
import { Field } from "../../Field";
import { type Raw, textAt, valueAt, withValue } from "../../raw";
import { useDatasets, useSampleMetric } from "../../sources";
import { useWizard } from "../../wizard";
import { EditorField } from "./EditorField";
import { MeasureOptions } from "./MeasureOptions";

const AGGREGATIONS = [
  "sum",
  "count",
  "count_distinct",
  "approx_distinct",
  "avg",
  "weighted_avg",
  "min",
  "max",
  "median",
  "percentile",
  "stddev",
  "variance",
  "first",
  "last",
] as const;
/** What goes with some aggregations only, and with what it begins. */
const OPTIONS: readonly { name: string; with: readonly string[]; first?: unknown }[] = [
  { name: "percentile", with: ["percentile"], first: 0.9 },
  { name: "discrete", with: ["percentile"] },
  { name: "weight", with: ["weighted_avg"], first: "" },
  { name: "by", with: ["first", "last"] },
];

/** The same measure with another aggregation: options that would mean nothing go, those that are needed come. */
function aggregated(raw: Raw, name: string): Raw {
  let next = withValue(raw, "definition.measure.aggregation", name);
  for (const option of OPTIONS) {
    const path = `definition.measure.${option.name}`;
    const isThere = valueAt(next, path) !== undefined;
    if (!option.with.includes(name)) next = withValue(next, path, undefined);
    else if (!isThere && option.first !== undefined) next = withValue(next, path, option.first);
  }
  const isBlank = textAt(raw, "definition.measure.expression").trim() === "";
  // Counting rows needs no column.
  return name === "count" && isBlank ? withValue(next, "definition.measure.expression", "*") : next;
}

/** One aggregation over one dataset. */
export function AtomicFormula() {
  const { t } = useTranslation("definition");
  const { raw, write, set, locked } = useWizard();
  const editor = useRef<EditorHandle>(null);
  const { datasets } = useDatasets();
  const code = textAt(raw, "definition.dataset");
  const found = datasets.find(({ definition }) => definition.code === code);
  if (!found) return <p className={styles.waiting}>{t("formula.datasetFirst")}</p>;
  return (
    <>
      <Field path="definition.measure.aggregation" label={t("formula.aggregation")} required>
        {(id, isFaulty) => (
          <Select
            id={id}
            className={styles.wide}
            value={textAt(raw, "definition.measure.aggregation") || undefined}
            status={isFaulty ? "error" : undefined}
            onChange={(name: string) => write(aggregated(raw, name))}
            options={AGGREGATIONS.map((name) => ({ value: name, label: t(`formula.aggregations.${name}`) }))}
          />
        )}
      </Field>
      <EditorField path="definition.measure.expression" label={t("formula.expression")}>
        <p className={styles.hint}>{t("formula.atomicHint")}</p>
        <FormulaEditor
          key={code}
          value={textAt(raw, "definition.measure.expression")}
          onChange={(text) => set("definition.measure.expression", text)}
          label={t("formula.expression")}
          placeholder={t("formula.atomicPlaceholder")}
          dataset={code}
          readOnly={locked}
          handle={editor}
        />
        <ColumnChips dataset={found.definition} onInsert={(name) => editor.current?.insert(name)} />
      </EditorField>
      <MeasureOptions dataset={found.definition} />
      <Field path="definition.measure.filter" label={t("formula.filter")} hint={t("formula.filterHint")}>
        {() => <Filter dataset={found.definition} />}
      </Field>
    </>
  );
}

function ColumnChips({ dataset, onInsert }: { dataset: DatasetDef; onInsert: (name: string) => void }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  return (
    <fieldset className={styles.chips}>
      <legend className="sr-only">{t("formula.columns")}</legend>
      {dataset.columns.map((column) => (
        <button
          key={column.name}
          type="button"
          className={styles.chip}
          title={`${column.name} · ${t(`dataType.${column.type}`)}`}
          onClick={() => onInsert(column.name)}
        >
          {pick(column.label) || column.name}
        </button>
      ))}
    </fieldset>
  );
}

function Filter({ dataset }: { dataset: DatasetDef }) {
  const { raw, set, locked, checked } = useWizard();
  const fields = useDatasetFields(dataset, checked.facts?.dimensions.map((ref) => ref.code) ?? null);
  return (
    <ConditionBuilder
      fields={fields}
      sampleMetric={useSampleMetric(dataset.code)}
      value={(valueAt(raw, "definition.measure.filter") as Condition | undefined) ?? null}
      disabled={locked}
      onChange={(condition) => set("definition.measure.filter", condition)}
    />
  );
}
