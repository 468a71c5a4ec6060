import { Segmented, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePick } from "@/app/i18n/text";
import styles from "../../definition.module.css";
import { Field } from "../../Field";
import { MetricPicker } from "../../pickers";
import { listAt, textAt } from "../../raw";
import { useDimensions, useMetric } from "../../sources";
import { useWizard } from "../../wizard";

/** The field by which a definition names the time of the question. */
const TIME = "metric_time";
const EVERY_FILTER = "*";

interface MetricProps {
  path: string;
  label: string;
  hint?: ReactNode;
}

/** One published metric, and what it means. */
export function MetricField({ path, label, hint }: MetricProps) {
  const { raw, set } = useWizard();
  const code = textAt(raw, path);
  return (
    <>
      <Field path={path} label={label} hint={hint} required>
        {(id, isFaulty) => (
          <MetricPicker id={id} value={code} isFaulty={isFaulty} onChange={(next) => set(path, next)} />
        )}
      </Field>
      <MetricQuote code={code} />
    </>
  );
}

/** What a chosen metric is, in the words of its caliber. */
function MetricQuote({ code }: { code: string }) {
  const pick = usePick();
  const found = useMetric(code);
  if (!found.data) return null;
  return (
    <div className={styles.quote}>
      <Link to={`/metrics/${code}`}>{pick(found.data.name)}</Link>
      {found.data.definition.kind === "metric" && (
        <p className="soft">{pick(found.data.definition.caliber)}</p>
      )}
    </div>
  );
}

/** The dimensions that a metric can be split by; while none is chosen, all there are. */
export function useDimensionsOf(metric: string): string[] {
  const found = useMetric(metric);
  const { dimensions } = useDimensions();
  return found.data?.facts?.dimensions.map((ref) => ref.code) ?? dimensions.map(({ code }) => code);
}

interface GroupsProps {
  path: string;
  /** The metric whose dimensions are offered. */
  metric: string;
  label: string;
  hint?: ReactNode;
  placeholder: string;
  withTime?: boolean;
  withEveryFilter?: boolean;
  /** An empty list says something else than no list. */
  keepsEmpty?: boolean;
}

/** Groups of an answer: dimensions, and its time. */
export function GroupsField({
  path,
  metric,
  label,
  hint,
  placeholder,
  withTime = false,
  withEveryFilter = false,
  keepsEmpty = false,
}: GroupsProps) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, set } = useWizard();
  const { dimensions } = useDimensions();
  const names = new Map(dimensions.map((dimension) => [dimension.code, pick(dimension.name)]));
  const chosen = listAt(raw, path);
  const special = [
    ...(withTime ? [{ value: TIME, label: t("groups.time") }] : []),
    ...(withEveryFilter ? [{ value: EVERY_FILTER, label: t("groups.everyFilter") }] : []),
  ];
  const codes = new Set([...useDimensionsOf(metric), ...chosen]);
  for (const { value } of special) codes.delete(value);
  return (
    <Field path={path} label={label} hint={hint}>
      {(id, isFaulty) => (
        <Select
          id={id}
          mode="multiple"
          className={styles.wide}
          status={isFaulty ? "error" : undefined}
          value={chosen}
          placeholder={placeholder}
          showSearch={{ optionFilterProp: ["label", "value"] }}
          options={[
            ...special,
            ...[...codes].map((code) => ({ value: code, label: names.get(code) ?? code })),
          ]}
          onChange={(next: string[]) => set(path, next.length > 0 || keepsEmpty ? next : undefined)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<Value extends string> {
  path: string;
  /** The default: it is not written down. */
  usual: Value;
  values: readonly Value[];
  label: string;
  hint?: ReactNode;
  word: (value: Value) => string;
  /** Too many for a row of buttons. */
  isLong?: boolean;
}

/** One of a few ways. */
export function ChoiceField<Value extends string>({
  path,
  usual,
  values,
  label,
  hint,
  word,
  isLong = false,
}: ChoiceProps<Value>) {
  const { raw, set } = useWizard();
  const value = (textAt(raw, path) || usual) as Value;
  const change = (next: Value) => set(path, next === usual ? undefined : next);
  const options = values.map((one) => ({ value: one, label: word(one) }));
  return (
    <Field path={path} label={label} hint={hint}>
      {(id) =>
        isLong ? (
          <Select id={id} className={styles.wide} value={value} onChange={change} options={options} />
        ) : (
          <Segmented
            id={id}
            aria-label={label}
            className={styles.choice}
            value={value}
            onChange={change}
            options={options}
          />
        )
      }
    </Field>
  );
}
