import { InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { DatasetDef, SemiAdditive } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import styles from "../../definition.module.css";
import { FormulaEditor } from "../../editor/FormulaEditor";
import { Field } from "../../Field";
import { textAt, valueAt } from "../../raw";
import { useWizard } from "../../wizard";
import { EditorField } from "./EditorField";

const PERCENT = 100;
const TAKES = ["last", "first", "avg", "min", "max"] as const;

/** What an aggregation wants to know beside what it aggregates, and whether the rows are a stock. */
export function MeasureOptions({ dataset }: { dataset: DatasetDef }) {
  const { t } = useTranslation("definition");
  const { raw } = useWizard();
  const aggregation = textAt(raw, "definition.measure.aggregation");
  return (
    <>
      {aggregation === "percentile" && <Percentile />}
      {aggregation === "weighted_avg" && (
        <RowExpression name="weight" dataset={dataset} hint={t("measure.weightHint")} />
      )}
      {(aggregation === "first" || aggregation === "last") && (
        <RowExpression name="by" dataset={dataset} hint={t("measure.byHint")} />
      )}
      <Stock dataset={dataset} />
    </>
  );
}

function Percentile() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  const value = valueAt(raw, "definition.measure.percentile");
  const share = typeof value === "number" ? Number((value * PERCENT).toFixed(4)) : null;
  return (
    <div className={styles.pair}>
      <Field path="definition.measure.percentile" label={t("measure.percentile")} required>
        {(id, isFaulty) => (
          <InputNumber
            id={id}
            min={0.01}
            max={99.99}
            prefix="P"
            status={isFaulty ? "error" : undefined}
            value={share}
            onChange={(next) =>
              set("definition.measure.percentile", next === null ? undefined : Number(next) / PERCENT)
            }
          />
        )}
      </Field>
      <Field
        path="definition.measure.discrete"
        label={t("measure.discrete")}
        hint={t("measure.discreteHint")}
      >
        {(id) => (
          <span>
            <Switch
              id={id}
              checked={valueAt(raw, "definition.measure.discrete") === true}
              onChange={(on) => set("definition.measure.discrete", on || undefined)}
            />
          </span>
        )}
      </Field>
    </div>
  );
}

interface RowProps {
  name: "weight" | "by";
  dataset: DatasetDef;
  hint: string;
}

function RowExpression({ name, dataset, hint }: RowProps) {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const path = `definition.measure.${name}`;
  return (
    <EditorField path={path} label={t(`measure.${name}`)}>
      <p className={styles.hint}>{hint}</p>
      <FormulaEditor
        key={dataset.code}
        value={textAt(raw, path)}
        onChange={(text) => set(path, text || (name === "by" ? undefined : ""))}
        label={t(`measure.${name}`)}
        placeholder={dataset.columns[0]?.name}
        dataset={dataset.code}
        readOnly={locked}
      />
    </EditorField>
  );
}

/** Balances are not summed over time: one of their values is taken in each period. */
function Stock({ dataset }: { dataset: DatasetDef }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, set } = useWizard();
  const path = "definition.measure.semi_additive";
  const stock = (valueAt(raw, path) as Partial<SemiAdditive> | null | undefined) ?? null;
  return (
    <Field path={path} label={t("measure.stock")} hint={t("measure.stockHint")}>
      {(id) => (
        <div className="stack">
          <span>
            <Switch
              id={id}
              checked={stock !== null}
              onChange={(on) => set(path, on ? { take: "last" } : undefined)}
            />
          </span>
          {stock && (
            <div className={styles.pair}>
              <Select
                aria-label={t("measure.take")}
                value={stock.take ?? "last"}
                onChange={(take) => set(`${path}.take`, take)}
                options={TAKES.map((take) => ({ value: take, label: t(`measure.takes.${take}`) }))}
              />
              <Select
                mode="multiple"
                aria-label={t("measure.entity")}
                placeholder={t("measure.entity")}
                value={[...(stock.entity ?? [])]}
                showSearch={{ optionFilterProp: ["label", "value"] }}
                onChange={(entity) => set(`${path}.entity`, entity.length > 0 ? entity : undefined)}
                options={dataset.columns.map((column) => ({
                  value: column.name,
                  label: pick(column.label) || column.name,
                }))}
              />
            </div>
          )}
        </div>
      )}
    </Field>
  );
}
