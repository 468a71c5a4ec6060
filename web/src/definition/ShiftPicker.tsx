import { Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./definition.module.css";
import { type Shift, tidy } from "./period";
import { DurationInput } from "./units";

const MATCHES = ["rows", "look_back", "weekday", "working_day"] as const;

interface Props {
  value: Shift;
  disabled: boolean;
  onChange: (shift: Shift) => void;
}

/** How far to look away, in which direction, and which day stands for which. */
export function ShiftPicker({ value, disabled, onChange }: Props) {
  const { t } = useTranslation("definition");
  const isLater = value.count < 0;
  const match = value.match ?? "rows";
  const change = (shift: Shift) => onChange(tidy({ shift })?.shift ?? shift);
  return (
    <div className={styles.shift}>
      <div className="row">
        <Select
          aria-label={t("period.direction")}
          value={isLater ? "later" : "earlier"}
          disabled={disabled}
          popupMatchSelectWidth={false}
          onChange={(next) =>
            change({ ...value, count: Math.abs(value.count) * (next === "later" ? -1 : 1) })
          }
          options={(["earlier", "later"] as const).map((name) => ({
            value: name,
            label: t(`period.directions.${name}`),
          }))}
        />
        <DurationInput
          value={{ count: Math.abs(value.count), unit: value.unit }}
          label={t("period.shift")}
          disabled={disabled}
          withCalendar
          withHours
          onChange={({ count, unit }) => change({ ...value, unit, count: isLater ? -count : count })}
        />
        <Select
          aria-label={t("period.match")}
          value={match}
          disabled={disabled}
          popupMatchSelectWidth={false}
          onChange={(next) => change({ ...value, match: next })}
          options={MATCHES.map((name) => ({ value: name, label: t(`period.matches.${name}`) }))}
        />
      </div>
      <p className={styles.hint}>{t(`period.matchHint.${match}`)}</p>
    </div>
  );
}
