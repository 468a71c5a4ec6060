import { Select } from "antd";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetDef, Period } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { type Condition, conditionText } from "@/query/conditionText";
import { ConditionBuilder } from "../ConditionBuilder";
import styles from "../definition.module.css";
import type { EditorHandle } from "../editor/CodeEditor";
import { FormulaEditor } from "../editor/FormulaEditor";
import { FaultList, Field, useFaults } from "../Field";
import { PeriodPicker } from "../PeriodPicker";
import { MetricPicker } from "../pickers";
import { listAt, textAt, typeOf, valueAt, withValue } from "../raw";
import { useDatasets, useModifiers, useSampleMetric } from "../sources";
import { useWizard } from "../wizard";
import "@/query/words";

const AGGREGATIONS = ["sum", "count", "count_distinct", "avg", "min", "max", "median"] as const;

/** How the number is made. */
export function FormulaStep() {
  const { raw } = useWizard();
  const type = typeOf(raw);
  if (type === "composite") return <CompositeFormula />;
  return type === "derived" ? <DerivedFormula /> : <AtomicFormula />;
}

/** A field whose control reports its own faults in place: only the ones it cannot know are listed. */
function EditorField({ path, label, children }: { path: string; label: string; children: ReactNode }) {
  const faults = useFaults(path, true).filter(
    (fault) => fault.start === null || fault.start === undefined || fault.code === "missing",
  );
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      {children}
      <FaultList faults={faults} />
    </div>
  );
}

function CompositeFormula() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const editor = useRef<EditorHandle>(null);
  return (
    <>
      <EditorField path="definition.formula" label={t("formula.formula")}>
        <p className={styles.hint}>{t("formula.compositeHint")}</p>
        <FormulaEditor
          value={textAt(raw, "definition.formula")}
          onChange={(text) => set("definition.formula", text)}
          label={t("formula.formula")}
          dataset={null}
          readOnly={locked}
          handle={editor}
        />
      </EditorField>
      <div className={styles.field}>
        <span className={styles.label}>{t("formula.addMetric")}</span>
        <MetricPicker
          value=""
          label={t("formula.addMetric")}
          placeholder={t("formula.addMetricHint")}
          disabled={locked}
          onChange={(code) => editor.current?.insert(`[${code}]`)}
        />
        <Signs onInsert={(text) => editor.current?.insert(text)} />
      </div>
      <ZeroDivision />
    </>
  );
}

function Signs({ onInsert }: { onInsert: (text: string) => void }) {
  const { t } = useTranslation("definition");
  return (
    <fieldset className={styles.chips}>
      <legend className="sr-only">{t("formula.signs")}</legend>
      {["+", "-", "*", "/", "(", ")"].map((sign) => (
        <button key={sign} type="button" className={`${styles.chip} mono`} onClick={() => onInsert(sign)}>
          {sign}
        </button>
      ))}
    </fieldset>
  );
}

function ZeroDivision() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  return (
    <Field path="zero_division" label={t("formula.zero")}>
      {(id) => (
        <Select
          id={id}
          className={styles.wide}
          value={textAt(raw, "zero_division") || "null"}
          onChange={(value: string) => set("zero_division", value === "null" ? undefined : value)}
          options={(["null", "zero", "error"] as const).map((value) => ({
            value,
            label: t(`formula.zeroDivision.${value}`),
          }))}
        />
      )}
    </Field>
  );
}

function DerivedFormula() {
  const { t } = useTranslation("definition");
  const { t: query } = useTranslation("query");
  const pick = usePick();
  const { raw, set, locked } = useWizard();
  const known = useModifiers();
  const chosen = listAt(raw, "definition.modifiers");
  return (
    <>
      <Field path="definition.modifiers" label={t("formula.modifiers")} hint={t("formula.modifiersHint")}>
        {(id, isFaulty) => (
          <Select
            id={id}
            mode="multiple"
            className={styles.wide}
            value={chosen}
            loading={known.isPending}
            status={isFaulty ? "error" : undefined}
            placeholder={t("formula.noModifier")}
            showSearch={{ optionFilterProp: ["label", "value"] }}
            onChange={(codes: string[]) => set("definition.modifiers", codes.length > 0 ? codes : undefined)}
            options={known.modifiers.map((modifier) => ({
              value: modifier.code,
              label: pick(modifier.name),
              detail: conditionText(modifier.condition, query),
            }))}
            optionRender={(option) => (
              <div className={styles.option}>
                <span>{option.data.label}</span>
                <span className="small faint ellipsis">{option.data.detail}</span>
              </div>
            )}
          />
        )}
      </Field>
      {known.modifiers
        .filter((modifier) => chosen.includes(modifier.code))
        .map((modifier) => (
          <p key={modifier.code} className={styles.quote}>
            <strong>{pick(modifier.name)}</strong>{" "}
            <span className="soft">{conditionText(modifier.condition, query)}</span>
          </p>
        ))}
      <Field path="definition.period" label={t("formula.period")} hint={t("formula.periodHint")}>
        {() => (
          <PeriodPicker
            value={(valueAt(raw, "definition.period") as Period | undefined) ?? null}
            disabled={locked}
            onChange={(period) => set("definition.period", period ?? undefined)}
          />
        )}
      </Field>
    </>
  );
}

function AtomicFormula() {
  const { t } = useTranslation("definition");
  const { raw, write, set, locked } = useWizard();
  const editor = useRef<EditorHandle>(null);
  const { datasets } = useDatasets();
  const code = textAt(raw, "definition.dataset");
  const found = datasets.find(({ definition }) => definition.code === code);
  const aggregation = textAt(raw, "definition.measure.aggregation");
  const aggregate = (name: string) => {
    const next = withValue(raw, "definition.measure.aggregation", name);
    const isBlank = textAt(raw, "definition.measure.expression").trim() === "";
    // Counting rows needs no column.
    write(name === "count" && isBlank ? withValue(next, "definition.measure.expression", "*") : next);
  };
  if (!found) return <p className={styles.waiting}>{t("formula.datasetFirst")}</p>;
  return (
    <>
      <Field path="definition.measure.aggregation" label={t("formula.aggregation")} required>
        {(id, isFaulty) => (
          <Select
            id={id}
            className={styles.wide}
            value={aggregation || undefined}
            status={isFaulty ? "error" : undefined}
            onChange={aggregate}
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
  const sample = useSampleMetric(dataset.code);
  const reached = checked.facts?.dimensions.map((ref) => ref.code) ?? null;
  return (
    <ConditionBuilder
      dataset={dataset}
      reached={reached}
      sampleMetric={sample}
      value={(valueAt(raw, "definition.measure.filter") as Condition | undefined) ?? null}
      disabled={locked}
      onChange={(condition) => set("definition.measure.filter", condition)}
    />
  );
}
