import { Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import styles from "./definition.module.css";
import { useMetric, useMetricSearch, usePeople } from "./sources";

interface PickProps {
  id?: string;
  value: string;
  onChange: (value: string) => void;
  label?: string;
  placeholder?: string;
  isFaulty?: boolean;
  disabled?: boolean;
}

/** One published metric, found by name in either language, alias, code or pinyin. */
export function MetricPicker({ id, value, onChange, label, placeholder, isFaulty, disabled }: PickProps) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const [words, setWords] = useState("");
  const found = useMetricSearch(words);
  const chosen = useMetric(value);
  const options = useMemo(() => {
    const listed = (found.data?.items ?? []).map((card) => ({
      value: card.code,
      name: pick(card.name),
      detail: pick(card.caliber),
    }));
    if (!value || listed.some((option) => option.value === value)) return listed;
    const name = chosen.data ? pick(chosen.data.name) : value;
    return [{ value, name, detail: "" }, ...listed];
  }, [found.data, chosen.data, value, pick]);
  return (
    <Select
      id={id}
      className={styles.wide}
      aria-label={label}
      value={value || undefined}
      placeholder={placeholder ?? t("pick.metric")}
      status={isFaulty ? "error" : undefined}
      disabled={disabled}
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent={found.isFetching ? t("pick.searching") : t("pick.none")}
      options={options.map((option) => ({ ...option, label: option.name }))}
      optionRender={(option) => (
        <div className={styles.option}>
          <span>
            {option.data.name} <code className="faint">{option.data.value}</code>
          </span>
          {option.data.detail && <span className="small faint ellipsis">{option.data.detail}</span>}
        </div>
      )}
      onChange={(code: string) => onChange(code)}
    />
  );
}

/** One dimension that a metric can be split by. */
export function DimensionPicker({ metric, ...props }: PickProps & { metric: string }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const found = useMetric(metric);
  return (
    <Select
      id={props.id}
      className={styles.wide}
      value={props.value || undefined}
      placeholder={t(metric ? "pick.dimension" : "pick.metricFirst")}
      disabled={metric === ""}
      loading={found.isFetching}
      showSearch={{ optionFilterProp: ["label", "value"] }}
      options={found.data?.facts?.dimensions.map((ref) => ({ value: ref.code, label: pick(ref.name) }))}
      onChange={props.onChange}
    />
  );
}

/** People by name; the value is the user name. */
export function PersonPicker({ id, value, onChange, label, placeholder, isFaulty, disabled }: PickProps) {
  const options = usePeopleOptions(value ? [value] : []);
  return (
    <Select
      id={id}
      className={styles.wide}
      aria-label={label}
      value={value || undefined}
      placeholder={placeholder}
      status={isFaulty ? "error" : undefined}
      disabled={disabled}
      allowClear
      showSearch={{ filterOption: false, onSearch: options.search }}
      options={options.items}
      onChange={(username?: string) => onChange(username ?? "")}
    />
  );
}

interface PeopleProps {
  id?: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  placeholder?: string;
  disabled?: boolean;
}

export function PeoplePicker({ id, value, onChange, placeholder, disabled }: PeopleProps) {
  const options = usePeopleOptions(value);
  return (
    <Select
      id={id}
      mode="multiple"
      className={styles.wide}
      value={[...value]}
      placeholder={placeholder}
      disabled={disabled}
      showSearch={{ filterOption: false, onSearch: options.search }}
      options={options.items}
      onChange={(usernames: string[]) => onChange(usernames)}
    />
  );
}

function usePeopleOptions(chosen: readonly string[]) {
  const pick = usePick();
  const [words, search] = useState("");
  const found = usePeople(words);
  const people = (found.data?.items ?? []).filter((person) => person.active);
  const items = people.map((person) => ({
    value: person.username,
    label: `${pick(person.name)} · ${pick(person.department_name)}`,
  }));
  const absent = chosen.filter((username) => !items.some((item) => item.value === username));
  return { search, items: [...absent.map((username) => ({ value: username, label: username })), ...items] };
}
