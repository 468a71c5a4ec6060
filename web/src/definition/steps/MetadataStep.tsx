import { AutoComplete, DatePicker, InputNumber, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { GRAINS } from "@/format/date";
import { unitWord } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import styles from "../definition.module.css";
import { Field } from "../Field";
import { listAt, textAt, valueAt } from "../raw";
import { useDimensions } from "../sources";
import { useWizard } from "../wizard";

const UNITS = ["元", "万元", "美元", "%", "‰", "笔", "单", "件", "人", "户", "次", "天", "小时", "倍"];
const DIRECTIONS = ["higher", "lower", "neutral"] as const;
const SENSITIVITIES = ["public", "internal", "restricted"] as const;

/** How the number is written, judged, split and protected. */
export function MetadataStep() {
  const { t } = useTranslation("definition");
  return (
    <>
      <div className={styles.pair}>
        <Unit />
        <Decimals />
      </div>
      <Choice
        path="direction"
        usual="neutral"
        label={t("metadata.direction")}
        values={DIRECTIONS}
        words="metadata.directions"
      />
      <Dimensions />
      <div className={styles.pair}>
        <Grain />
        <Choice
          path="sensitivity"
          usual="internal"
          label={t("metadata.sensitivity")}
          values={SENSITIVITIES}
          words="metadata.sensitivities"
        />
      </div>
      <div className={styles.pair}>
        <Choice
          path="fill"
          usual="null"
          label={t("metadata.fill")}
          values={["null", "zero"]}
          words="metadata.fills"
        />
        <Choice
          path="row_set"
          usual="facts"
          label={t("metadata.rowSet")}
          values={["facts", "spine"]}
          words="metadata.rowSets"
        />
      </div>
      <Tags />
      <Effective />
    </>
  );
}

function Unit() {
  const { t } = useTranslation("definition");
  const { language } = useFormat();
  const { raw, set, checked } = useWizard();
  const derived = checked.facts?.unit;
  const word = (unit: string) => {
    const said = unitWord(unit, language);
    return said && said !== unit ? `${unit} (${said})` : unit;
  };
  const units = derived && !UNITS.includes(derived) ? [derived, ...UNITS] : UNITS;
  const hint = derived
    ? t("metadata.unitDerived", { unit: unitWord(derived, language) || derived })
    : t("metadata.unitHint");
  return (
    <Field path="unit" label={t("metadata.unit")} hint={hint}>
      {(id, isFaulty) => (
        <AutoComplete
          id={id}
          className={styles.wide}
          value={textAt(raw, "unit")}
          status={isFaulty ? "error" : undefined}
          allowClear
          placeholder={derived ? word(derived) : t("metadata.unitNone")}
          options={units.map((unit) => ({ value: unit, label: word(unit) }))}
          onChange={(unit?: string) => set("unit", unit || undefined)}
        />
      )}
    </Field>
  );
}

const MOST_DECIMALS = 8;
const USUAL_DECIMALS = 2;

function Decimals() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  const value = valueAt(raw, "decimals");
  return (
    <Field path="decimals" label={t("metadata.decimals")}>
      {(id, isFaulty) => (
        <InputNumber
          id={id}
          min={0}
          max={MOST_DECIMALS}
          precision={0}
          status={isFaulty ? "error" : undefined}
          value={typeof value === "number" ? value : USUAL_DECIMALS}
          onChange={(next) => set("decimals", next ?? undefined)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<Value extends string> {
  path: string;
  /** The default: it is not written down. */
  usual: Value;
  label: string;
  values: readonly Value[];
  words: "metadata.directions" | "metadata.sensitivities" | "metadata.fills" | "metadata.rowSets";
}

function Choice<Value extends string>({ path, usual, label, values, words }: ChoiceProps<Value>) {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  return (
    <Field path={path} label={label}>
      {(id) => (
        <Segmented
          id={id}
          aria-label={label}
          className={styles.choice}
          value={textAt(raw, path) || usual}
          onChange={(value) => set(path, value === usual ? undefined : value)}
          options={values.map((value) => ({ value, label: t(`${words}.${value}` as "metadata.fills.null") }))}
        />
      )}
    </Field>
  );
}

function Dimensions() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, set, checked } = useWizard();
  const { dimensions } = useDimensions();
  const limited = Array.isArray(valueAt(raw, "dimensions"));
  const names = new Map(dimensions.map((dimension) => [dimension.code, pick(dimension.name)]));
  const reached = checked.facts?.dimensions.map((ref) => ref.code) ?? [];
  const offered = limited ? [...names.keys()] : reached;
  return (
    <Field path="dimensions" label={t("metadata.dimensions")} hint={t("metadata.dimensionsHint")}>
      {(id, isFaulty) => (
        <Select
          id={id}
          mode="multiple"
          className={styles.wide}
          status={isFaulty ? "error" : undefined}
          value={listAt(raw, "dimensions")}
          placeholder={t("metadata.allDimensions", { count: reached.length })}
          showSearch={{ optionFilterProp: ["label", "value"] }}
          options={offered.map((code) => ({ value: code, label: names.get(code) ?? code }))}
          onChange={(codes: string[]) => set("dimensions", codes.length > 0 ? codes : undefined)}
        />
      )}
    </Field>
  );
}

function Grain() {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const { raw, set } = useWizard();
  return (
    <Field path="smallest_grain" label={t("metadata.grain")} hint={t("metadata.grainHint")}>
      {(id) => (
        <Select
          id={id}
          className={styles.wide}
          value={textAt(raw, "smallest_grain") || "day"}
          onChange={(grain: string) => set("smallest_grain", grain === "day" ? undefined : grain)}
          options={GRAINS.map((grain) => ({ value: grain, label: app(`grain.${grain}`) }))}
        />
      )}
    </Field>
  );
}

function Tags() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  return (
    <Field path="tags" label={t("metadata.tags")}>
      {(id) => (
        <Select
          id={id}
          mode="tags"
          className={styles.wide}
          open={false}
          suffixIcon={null}
          tokenSeparators={[",", "，", "、"]}
          value={listAt(raw, "tags")}
          onChange={(tags: string[]) => set("tags", tags.length > 0 ? tags : undefined)}
        />
      )}
    </Field>
  );
}

function Effective() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  const day = (path: string) => {
    const text = textAt(raw, path);
    return text ? dayjs(text) : null;
  };
  return (
    <div className={styles.pair}>
      {(["effective_from", "effective_to"] as const).map((path) => (
        <Field key={path} path={path} label={t(`metadata.${path}`)}>
          {(id, isFaulty) => (
            <DatePicker
              id={id}
              className={styles.wide}
              status={isFaulty ? "error" : undefined}
              value={day(path)}
              onChange={(date) => set(path, date ? date.format("YYYY-MM-DD") : undefined)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
