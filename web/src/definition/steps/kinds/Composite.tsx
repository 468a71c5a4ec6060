import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import styles from "../../definition.module.css";
import type { EditorHandle } from "../../editor/CodeEditor";
import { FormulaEditor } from "../../editor/FormulaEditor";
import { Field } from "../../Field";
import { MetricPicker } from "../../pickers";
import { type Raw, textAt, valueAt, withValue } from "../../raw";
import { useWizard } from "../../wizard";
import { ZeroDivision } from "../ZeroDivision";
import { EditorField } from "./EditorField";
import { Restriction } from "./Restriction";

/** A formula over metrics. */
export function CompositeFormula() {
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
      <Inputs onInsert={(name) => editor.current?.insert(`[${name}]`)} />
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

function freeName(inputs: readonly Raw[]): string {
  const taken = new Set(inputs.map((input) => input.name));
  let number = inputs.length + 1;
  while (taken.has(`input_${number}`)) number += 1;
  return `input_${number}`;
}

/** Metrics that the formula uses restricted or moved in time, each by a name of its own. */
function Inputs({ onInsert }: { onInsert: (name: string) => void }) {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const inputs = (valueAt(raw, "definition.inputs") as Raw[] | undefined) ?? [];
  const write = (next: readonly Raw[]) => set("definition.inputs", next.length > 0 ? next : undefined);
  const put = (index: number, name: string, value: unknown) =>
    write(inputs.map((old, at) => (at === index ? withValue(old, name, value) : old)));
  return (
    <div className={styles.field}>
      <span className={styles.label}>{t("inputs.label")}</span>
      <p className={styles.hint}>{t("inputs.hint")}</p>
      {inputs.map((input, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name of an input changes while it is typed
        <details key={index} className={styles.fold} open>
          <summary>
            <code>{String(input.name ?? "")}</code>
          </summary>
          <div className={styles.folded}>
            <div className={styles.pair}>
              <Field path={`definition.inputs.${index}.name`} label={t("inputs.name")} required>
                {(id, isFaulty) => (
                  <Input
                    id={id}
                    className="mono"
                    value={String(input.name ?? "")}
                    status={isFaulty ? "error" : undefined}
                    onChange={(event) => put(index, "name", event.target.value)}
                  />
                )}
              </Field>
              <Field path={`definition.inputs.${index}.metric`} label={t("inputs.metric")} required>
                {(id, isFaulty) => (
                  <MetricPicker
                    id={id}
                    value={String(input.metric ?? "")}
                    isFaulty={isFaulty}
                    onChange={(code) => put(index, "metric", code)}
                  />
                )}
              </Field>
            </div>
            <Restriction
              place={`definition.inputs.${index}`}
              metric={String(input.metric ?? "")}
              value={input}
              onChange={(name, value) => put(index, name, value)}
            />
            <div className="row">
              <Button onClick={() => onInsert(String(input.name ?? ""))}>{t("inputs.insert")}</Button>
              <Button icon={<DeleteOutlined />} onClick={() => write(inputs.filter((_, at) => at !== index))}>
                {t("inputs.remove")}
              </Button>
            </div>
          </div>
        </details>
      ))}
      <div>
        <Button
          icon={<PlusOutlined />}
          disabled={locked}
          onClick={() => write([...inputs, { name: freeName(inputs), metric: "" }])}
        >
          {t("inputs.add")}
        </Button>
      </div>
    </div>
  );
}
