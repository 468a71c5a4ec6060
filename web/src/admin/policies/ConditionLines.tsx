import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../admin.module.css";
import { type Line, OPERATORS, type Operator, type Rule, takes, takesPerson } from "./rule";
import { useAttributeNames } from "./useAttributeNames";
import type { FieldChoice } from "./useFields";
import { useSentence } from "./useSentence";

interface Props {
  rule: Rule;
  fields: readonly FieldChoice[];
  onChange: (rule: Rule) => void;
}

/** Which rows a policy opens, a comparison in each line; below it the sentence that it says. */
export function ConditionLines({ rule, fields, onChange }: Props) {
  const { t } = useTranslation("admin");
  const sentence = useSentence(fields);
  const put = (place: number, next: Line) =>
    onChange({ ...rule, lines: rule.lines.map((line, at) => (at === place ? next : line)) });
  const add = () =>
    onChange({ ...rule, lines: [...rule.lines, { field: "", operator: "in", person: "", texts: [] }] });
  return (
    <div>
      {rule.lines.length > 1 && (
        <Segmented<Rule["join"]>
          aria-label={t("rule.join")}
          value={rule.join}
          options={[
            { value: "and", label: t("rule.all") },
            { value: "or", label: t("rule.any") },
          ]}
          onChange={(join) => onChange({ ...rule, join })}
        />
      )}
      {rule.lines.map((line, place) => (
        <LineRow
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          key={place}
          line={line}
          fields={fields}
          place={place + 1}
          onChange={(next) => put(place, next)}
          onRemove={() => onChange({ ...rule, lines: rule.lines.filter((_, at) => at !== place) })}
        />
      ))}
      <div className="stack">
        <div>
          <Button size="small" icon={<PlusOutlined />} onClick={add}>
            {t("rule.add")}
          </Button>
        </div>
        <p className={styles.sentence}>
          <span className="soft">{t("rule.says")}</span> <strong>{sentence(rule)}</strong>
        </p>
      </div>
    </div>
  );
}

interface RowProps {
  line: Line;
  fields: readonly FieldChoice[];
  place: number;
  onChange: (line: Line) => void;
  onRemove: () => void;
}

function LineRow({ line, fields, place, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("admin");
  const told = { place };
  const choice = (field: FieldChoice) => ({
    value: field.name,
    label: field.label === field.name ? field.name : `${field.label} (${field.name})`,
  });
  const operate = (operator: Operator) => {
    const person = takesPerson(operator) ? line.person : null;
    const texts = takes(operator) === "one" ? line.texts.slice(0, 1) : line.texts;
    onChange({ ...line, operator, person, texts });
  };
  return (
    <div className={styles.line}>
      <Select
        aria-label={t("rule.fieldOf", told)}
        placeholder={t("rule.field")}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        value={line.field || null}
        options={[
          { label: t("rule.columns"), options: fields.filter((field) => field.of === "column").map(choice) },
          {
            label: t("rule.dimensions"),
            options: fields.filter((field) => field.of === "dimension").map(choice),
          },
        ]}
        onChange={(field: string) => onChange({ ...line, field })}
      />
      <Select<Operator>
        aria-label={t("rule.operatorOf", told)}
        value={line.operator}
        options={OPERATORS.map((operator) => ({ value: operator, label: t(`rule.${operator}`) }))}
        onChange={operate}
      />
      {takesPerson(line.operator) ? (
        <Select
          aria-label={t("rule.sourceOf", told)}
          value={line.person === null ? "value" : "person"}
          options={[
            { value: "person", label: t("rule.person") },
            { value: "value", label: t("rule.value") },
          ]}
          onChange={(source) => onChange({ ...line, person: source === "person" ? "" : null })}
        />
      ) : (
        <span />
      )}
      <Value line={line} label={t("rule.valueOf", told)} onChange={onChange} />
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={t("rule.removeOf", told)}
        onClick={onRemove}
      />
    </div>
  );
}

interface ValueProps {
  line: Line;
  label: string;
  onChange: (line: Line) => void;
}

function Value({ line, label, onChange }: ValueProps) {
  const { t } = useTranslation("admin");
  const names = useAttributeNames();
  if (takes(line.operator) === "none") return <span />;
  if (line.person !== null)
    return (
      <AutoComplete
        aria-label={label}
        placeholder={t("rule.attribute")}
        value={line.person}
        options={names.map((name) => ({ value: name }))}
        showSearch={{ filterOption: (words, option) => (option?.value ?? "").includes(words) }}
        onChange={(person: string) => onChange({ ...line, person })}
      />
    );
  if (takes(line.operator) === "many")
    return (
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        aria-label={label}
        placeholder={t("rule.values")}
        value={line.texts}
        tokenSeparators={[",", "，", "、"]}
        onChange={(texts: string[]) => onChange({ ...line, texts })}
      />
    );
  return (
    <Input
      aria-label={label}
      placeholder={t("rule.oneValue")}
      value={line.texts[0] ?? ""}
      onChange={(event) => onChange({ ...line, texts: [event.target.value] })}
    />
  );
}
