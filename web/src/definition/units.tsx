import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/api/schema";
import { useCalendarLevels } from "@/calendar/levels";
import { DAY_GRAINS, GRAINS, isGrain, type Level } from "@/format/date";

const MOST = 3660;

interface LevelProps {
  id?: string;
  value: Level | null;
  label: string;
  disabled?: boolean;
  /** Also the periods of the company's calendar. */
  withCalendar?: boolean;
  /** Also what is finer than a day. */
  withHours?: boolean;
  /** What stands for no unit at all; without it there is always one. */
  none?: string;
  onChange: (level: Level | null) => void;
}

/** A calendar unit: those that everybody has, and those of the company's calendar. */
export function LevelSelect({
  id,
  value,
  label,
  disabled,
  withCalendar = false,
  withHours = false,
  none,
  onChange,
}: LevelProps) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const levels = useCalendarLevels();
  const isHours = value !== null && isGrain(value) && !DAY_GRAINS.includes(value);
  const grains = (withHours || isHours ? GRAINS : DAY_GRAINS).map((grain) => ({
    value: grain as Level,
    label: app(`grain.${grain}`),
  }));
  const own = levels.map((level) => ({ value: level.code, label: level.name }));
  const isUnknown = value !== null && !isGrain(value) && !own.some((option) => option.value === value);
  const calendar = isUnknown ? [{ value, label: value }, ...own] : own;
  const isOwn = value !== null && !isGrain(value);
  return (
    <Select<Level>
      id={id}
      aria-label={label}
      value={value ?? ""}
      disabled={disabled}
      style={{ minWidth: 104 }}
      popupMatchSelectWidth={false}
      onChange={(level) => onChange(level || null)}
      options={[
        ...(none ? [{ value: "", label: none }] : []),
        ...((withCalendar && calendar.length > 0) || isOwn
          ? [
              { label: t("units.usual"), options: grains },
              { label: t("units.calendar"), options: calendar },
            ]
          : grains),
      ]}
    />
  );
}

interface DurationProps {
  value: Duration;
  label: string;
  disabled?: boolean;
  withCalendar?: boolean;
  withHours?: boolean;
  onChange: (value: Duration) => void;
}

/** A number of calendar units. */
export function DurationInput({ value, label, disabled, onChange, ...units }: DurationProps) {
  return (
    <span className="row">
      <InputNumber
        aria-label={label}
        min={1}
        max={MOST}
        precision={0}
        disabled={disabled}
        value={value.count}
        onChange={(count) => onChange({ ...value, count: count ?? 1 })}
        style={{ width: 76 }}
      />
      <LevelSelect
        value={value.unit}
        label={label}
        disabled={disabled}
        onChange={(unit) => unit && onChange({ ...value, unit })}
        {...units}
      />
    </span>
  );
}
