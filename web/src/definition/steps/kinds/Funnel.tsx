import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { ColumnPair, DatasetDef, Duration } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import styles from "../../definition.module.css";
import { Field } from "../../Field";
import { MetricPicker } from "../../pickers";
import { listAt, textAt, valueAt } from "../../raw";
import { useDatasets, useMetric } from "../../sources";
import { DurationInput } from "../../units";
import { useWizard } from "../../wizard";
import { ChoiceField, MetricField } from "./fields";

/** Where a funnel begins and what must follow, in this order. */
export function FunnelSource() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const written = listAt(raw, "definition.steps");
  const steps = written.length > 0 ? written : [""];
  const write = (next: readonly string[]) => set("definition.steps", next);
  return (
    <>
      <MetricField path="definition.base" label={t("funnel.base")} hint={t("funnel.baseHint")} />
      {steps.map((code, index) => (
        <Field
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
          key={index}
          path={`definition.steps.${index}`}
          label={t("funnel.step", { number: index + 1 })}
          required
        >
          {(id, isFaulty) => (
            <div className={styles.removable}>
              <MetricPicker
                id={id}
                value={code}
                isFaulty={isFaulty}
                onChange={(next) => write(steps.map((old, at) => (at === index ? next : old)))}
              />
              {steps.length > 1 && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("funnel.removeStep", { number: index + 1 })}
                  onClick={() => write(steps.filter((_, at) => at !== index))}
                />
              )}
            </div>
          )}
        </Field>
      ))}
      <div>
        <Button icon={<PlusOutlined />} disabled={locked} onClick={() => write([...steps, ""])}>
          {t("funnel.addStep")}
        </Button>
      </div>
    </>
  );
}

/** Who must be the same, in which time, and what is counted. */
export function FunnelFormula() {
  const { t } = useTranslation("definition");
  return (
    <>
      <Pairs name="entity" />
      <Window />
      <Pairs name="constants" />
      <ChoiceField
        path="definition.result"
        usual="rate"
        values={["rate", "count", "value"]}
        label={t("result.label")}
        word={(value) => t(`result.funnel.${value}`)}
      />
      <ChoiceField
        path="definition.counts"
        usual="base"
        values={["base", "steps"]}
        label={t("funnel.counts")}
        hint={t("funnel.countsHint")}
        word={(value) => t(`funnel.counted.${value}`)}
      />
    </>
  );
}

function Window() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const window = (valueAt(raw, "definition.window") as Duration | null | undefined) ?? null;
  return (
    <Field path="definition.window" label={t("funnel.window")} hint={t("funnel.windowHint")}>
      {(id) => (
        <div className="row">
          <Switch
            id={id}
            checked={window !== null}
            onChange={(on) => set("definition.window", on ? { count: 7, unit: "day" } : undefined)}
          />
          {window ? (
            <DurationInput
              value={window}
              label={t("funnel.window")}
              disabled={locked}
              withHours
              onChange={(next) => set("definition.window", next)}
            />
          ) : (
            <span className="soft">{t("funnel.anyTime")}</span>
          )}
        </div>
      )}
    </Field>
  );
}

/** The dataset of the events that a metric counts. */
function useDatasetOf(code: string): DatasetDef | null {
  const found = useMetric(code);
  const { datasets } = useDatasets();
  const dataset = found.data?.facts?.datasets[0]?.code;
  return datasets.find(({ definition }) => definition.code === dataset)?.definition ?? null;
}

/** Columns of the first event and of the later ones that hold the same value. */
function Pairs({ name }: { name: "entity" | "constants" }) {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const path = `definition.${name}`;
  const base = useDatasetOf(textAt(raw, "definition.base"));
  const step = useDatasetOf(listAt(raw, "definition.steps")[0] ?? "");
  const pairs = (valueAt(raw, path) as ColumnPair[] | undefined) ?? [];
  const write = (next: readonly ColumnPair[]) =>
    set(path, next.length > 0 || name === "entity" ? next : undefined);
  const choose = (index: number, side: keyof ColumnPair, column: string) =>
    write(pairs.map((pair, at) => (at === index ? filled(pair, side, column, base, step) : pair)));
  return (
    <Field
      path={path}
      label={t(`funnel.${name}`)}
      hint={t(`funnel.${name}Hint`)}
      required={name === "entity"}
    >
      {() => (
        <div className="stack">
          {pairs.map((pair, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pairs have no identity but their place
            <div key={index} className={styles.columnPair}>
              <ColumnSelect
                dataset={base}
                value={pair.many}
                label={t("funnel.many")}
                onChange={(column) => choose(index, "many", column)}
              />
              <span aria-hidden="true">=</span>
              <ColumnSelect
                dataset={step}
                value={pair.one}
                label={t("funnel.one")}
                onChange={(column) => choose(index, "one", column)}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("funnel.removePair")}
                onClick={() => write(pairs.filter((_, at) => at !== index))}
              />
            </div>
          ))}
          <div>
            <Button
              icon={<PlusOutlined />}
              disabled={locked}
              onClick={() => write([...pairs, { many: "", one: "" }])}
            >
              {t(`funnel.add.${name}`)}
            </Button>
          </div>
        </div>
      )}
    </Field>
  );
}

/** Most often both sides have a column of one name: choosing one side fills an empty other. */
function filled(
  pair: ColumnPair,
  side: keyof ColumnPair,
  column: string,
  base: DatasetDef | null,
  step: DatasetDef | null,
): ColumnPair {
  const other = side === "many" ? "one" : "many";
  const dataset = side === "many" ? step : base;
  const isThere = dataset?.columns.some(({ name }) => name === column) ?? false;
  return { ...pair, [side]: column, ...(pair[other] === "" && isThere ? { [other]: column } : {}) };
}

interface ColumnProps {
  dataset: DatasetDef | null;
  value: string;
  label: string;
  onChange: (column: string) => void;
}

function ColumnSelect({ dataset, value, label, onChange }: ColumnProps) {
  const pick = usePick();
  return (
    <Select
      className={styles.wide}
      aria-label={label}
      placeholder={label}
      value={value || undefined}
      showSearch={{ optionFilterProp: ["label", "value"] }}
      onChange={onChange}
      options={dataset?.columns.map((column) => ({
        value: column.name,
        label: pick(column.label) ? `${pick(column.label)} (${column.name})` : column.name,
      }))}
    />
  );
}
