import { AutoComplete, DatePicker, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { unitWord } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import styles from "../definition.module.css";
import { Field } from "../Field";
import { listAt, textAt, valueAt } from "../raw";
import { useDimensions } from "../sources";
import { LevelSelect } from "../units";
import { useWizard } from "../wizard";
import { ChoiceField } from "./kinds/fields";

const UNITS = ["元", "万元", "美元", "%", "‰", "笔", "单", "件", "人", "户", "次", "天", "小时", "倍"];
const DIRECTIONS = ["higher", "lower", "neutral"] as const;
const SENSITIVITIES = ["public", "internal", "restricted"] as const;

/** How the number is written, judged, split and protected. */
export function MetadataStep() {
  const { t } = useTranslation("definition");
  const { raw } = useWizard();
  const fill = textAt(raw, "fill") || "null";
  const rowSet = textAt(raw, "row_set") || "facts";
  return (
    <>
      <div className={styles.pair}>
        <Unit />
        <Decimals />
      </div>
      <ChoiceField
        path="direction"
        usual="neutral"
        label={t("metadata.direction")}
        values={DIRECTIONS}
        word={(value) => t(`metadata.directions.${value}`)}
      />
      <Dimensions />
      <div className={styles.pair}>
        <Grain />
        <ChoiceField
          path="sensitivity"
          usual="internal"
          label={t("metadata.sensitivity")}
          values={SENSITIVITIES}
          word={(value) => t(`metadata.sensitivities.${value}`)}
        />
      </div>
      <ChoiceField
        path="fill"
        usual="null"
        label={t("metadata.fill")}
        isLong
        hint={t(`metadata.fillHint.${fill as "null"}`)}
        values={["null", "zero", "forward", "keep"]}
        word={(value) => t(`metadata.fills.${value}`)}
      />
      <ChoiceField
        path="row_set"
        usual="facts"
        label={t("metadata.rowSet")}
        isLong
        hint={t(`metadata.rowSetHint.${rowSet as "facts"}`)}
        values={["facts", "covered", "spine", "calendar"]}
        word={(value) => t(`metadata.rowSets.${value}`)}
      />
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
  const { raw, set } = useWizard();
  return (
    <Field path="smallest_grain" label={t("metadata.grain")} hint={t("metadata.grainHint")}>
      {(id) => (
        <LevelSelect
          id={id}
          value={textAt(raw, "smallest_grain") || "day"}
          label={t("metadata.grain")}
          withCalendar
          withHours
          onChange={(grain) => set("smallest_grain", grain === "day" ? undefined : (grain ?? undefined))}
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
