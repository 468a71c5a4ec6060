import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { useMay } from "@/app/session";
import { useDebounced } from "@/app/useDebounced";
import { type Condition, conditionText } from "@/query/conditionText";
import {
  conditionOf,
  type Line,
  type Lines,
  linesOf,
  type Operator,
  operatorsFor,
  takesValues,
  typed,
  type ValueType,
} from "./condition";
import type { FieldInfo } from "./conditionFields";
import styles from "./definition.module.css";
import "@/query/words";

interface Props {
  fields: readonly FieldInfo[];
  /** A published metric whose visible rows the values of dimensions are proposed from. */
  sampleMetric: string | null;
  value: Condition | null;
  onChange: (condition: Condition | undefined) => void;
  disabled: boolean;
}

/** Which rows count, one line each: column or dimension, operator, value. */
export function ConditionBuilder({ fields, sampleMetric, value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  const { t: query } = useTranslation("query");
  const lines = linesOf(value);
  if (!lines) {
    return (
      <div className={styles.deep}>
        <code>{value ? conditionText(value, query) : ""}</code>
        <p className="small soft">{t("condition.deep")}</p>
        <Button size="small" disabled={disabled} onClick={() => onChange(undefined)}>
          {t("condition.clear")}
        </Button>
      </div>
    );
  }
  const write = (next: Lines) => onChange(conditionOf(next));
  const put = (index: number, line: Line) =>
    write({ ...lines, lines: lines.lines.map((old, at) => (at === index ? line : old)) });
  const add = () => write({ ...lines, lines: [...lines.lines, { field: "", operator: "eq", values: [""] }] });
  return (
    <div className="stack">
      {lines.lines.length > 1 && (
        <Segmented
          aria-label={t("condition.join")}
          disabled={disabled}
          value={lines.join}
          onChange={(join) => write({ ...lines, join: join === "or" ? "or" : "and" })}
          options={[
            { value: "and", label: t("condition.all") },
            { value: "or", label: t("condition.any") },
          ]}
        />
      )}
      {lines.lines.map((line, index) => (
        <LineRow
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          key={index}
          line={line}
          fields={fields}
          sampleMetric={sampleMetric}
          disabled={disabled}
          onChange={(next) => put(index, next)}
          onRemove={() => write({ ...lines, lines: lines.lines.filter((_, at) => at !== index) })}
        />
      ))}
      <div>
        <Button icon={<PlusOutlined />} disabled={disabled} onClick={add}>
          {t("condition.add")}
        </Button>
      </div>
    </div>
  );
}

const GROUPS = ["values", "columns", "dimensions"] as const;

interface RowProps {
  line: Line;
  fields: readonly FieldInfo[];
  sampleMetric: string | null;
  disabled: boolean;
  onChange: (line: Line) => void;
  onRemove: () => void;
}

function LineRow({ line, fields, sampleMetric, disabled, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("definition");
  const info = fields.find((field) => field.name === line.field);
  const type = info?.type ?? "string";
  const option = (field: FieldInfo) => ({ value: field.name, label: field.label, detail: field.name });
  const operators = operatorsFor(type);
  const choose = (name: string) => {
    const next = fields.find((field) => field.name === name)?.type ?? "string";
    const operator = operatorsFor(next).includes(line.operator) ? line.operator : "eq";
    onChange({ field: name, operator, values: takesValues(operator) === "one" ? [""] : [] });
  };
  const operate = (operator: Operator) => {
    const takes = takesValues(operator);
    const kept = line.values.filter((value) => value !== "");
    const values = takes === "none" ? [] : takes === "many" ? kept : [kept[0] ?? ""];
    onChange({ ...line, operator, values });
  };
  return (
    <div className={styles.line}>
      <Select
        className={styles.lineField}
        aria-label={t("condition.field")}
        value={line.field || undefined}
        placeholder={t("condition.field")}
        disabled={disabled}
        showSearch={{ optionFilterProp: ["label", "detail"] }}
        onChange={choose}
        options={GROUPS.flatMap((group) => {
          const options = fields.filter((field) => field.group === group).map(option);
          return options.length > 0 ? [{ label: t(`condition.groups.${group}`), options }] : [];
        })}
      />
      <Select
        className={styles.lineOperator}
        aria-label={t("condition.operator")}
        value={line.operator}
        disabled={disabled}
        onChange={operate}
        options={operators.map((operator) => ({
          value: operator,
          label: t(`condition.operators.${operator}`),
        }))}
      />
      {takesValues(line.operator) === "none" ? (
        <span className={styles.lineValue} />
      ) : (
        <Values
          line={line}
          type={type}
          info={info ?? null}
          sampleMetric={sampleMetric}
          disabled={disabled}
          onChange={onChange}
        />
      )}
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={t("condition.remove")}
        disabled={disabled}
        onClick={onRemove}
      />
    </div>
  );
}

interface ValuesProps {
  line: Line;
  type: ValueType;
  info: FieldInfo | null;
  sampleMetric: string | null;
  disabled: boolean;
  onChange: (line: Line) => void;
}

function Values({ line, type, info, sampleMetric, disabled, onChange }: ValuesProps) {
  const { t } = useTranslation("definition");
  const [words, setWords] = useState("");
  const proposed = useProposed(info, sampleMetric, words);
  const options = proposed.map((text) => ({ value: text, label: text }));
  if (takesValues(line.operator) === "many") {
    return (
      <Select
        className={styles.lineValue}
        mode="tags"
        aria-label={t("condition.values")}
        placeholder={t("condition.values")}
        disabled={disabled}
        value={line.values.map(String)}
        showSearch={{ onSearch: setWords }}
        options={options}
        onChange={(texts: string[]) => onChange({ ...line, values: texts.map((text) => typed(text, type)) })}
      />
    );
  }
  if (type === "boolean") {
    return (
      <Select
        className={styles.lineValue}
        aria-label={t("condition.value")}
        disabled={disabled}
        value={String(line.values[0] ?? "")}
        onChange={(text) => onChange({ ...line, values: [typed(text, type)] })}
        options={[
          { value: "true", label: t("condition.true") },
          { value: "false", label: t("condition.false") },
        ]}
      />
    );
  }
  return (
    <AutoComplete
      className={styles.lineValue}
      aria-label={t("condition.value")}
      placeholder={type === "date" ? "2026-01-31" : t("condition.value")}
      disabled={disabled}
      value={String(line.values[0] ?? "")}
      options={options}
      showSearch={{ onSearch: setWords, filterOption: false }}
      onChange={(text: string) => onChange({ ...line, values: [typed(text ?? "", type)] })}
    />
  );
}

const MOST = 20;

/** Values that a person may mean: of the dimension among the visible rows, else the most frequent of the column. */
function useProposed(info: FieldInfo | null, sampleMetric: string | null, words: string): string[] {
  const may = useMay();
  const still = useDebounced(words, 200);
  const dimension = info?.dimension?.code ?? null;
  const byDimension = useQuery({
    queryKey: ["dimensions", "values", dimension, sampleMetric, still],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/dimensions/{code}/values", {
          params: {
            path: { code: dimension ?? "" },
            query: { metric: sampleMetric ?? "", search: still, limit: MOST },
          },
          signal,
        }),
      ),
    enabled: dimension !== null && sampleMetric !== null,
    placeholderData: (previous) => previous,
    retry: false,
  });
  const { table, column } = info?.profile ?? { table: "", column: "" };
  const profile = useQuery({
    queryKey: ["tables", "profile", table],
    queryFn: () => answer(api.GET("/api/v1/tables/{name}/profile", { params: { path: { name: table } } })),
    enabled: table !== "" && dimension === null && may("data.read"),
    staleTime: 300_000,
    retry: false,
  });
  if (dimension) return (byDimension.data?.values ?? []).filter((value) => value !== null).map(String);
  const top = profile.data?.columns.find((known) => known.name === column)?.top ?? [];
  return top
    .map((one) => String(one.value ?? ""))
    .filter((text) => text !== "" && text.toLowerCase().includes(still.toLowerCase()))
    .slice(0, MOST);
}
