import { DatePicker, Segmented, Select } from "antd";
import type { Dayjs } from "dayjs";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCalendarLevels, useLevelName } from "@/calendar/levels";
import { isGrain, type Level } from "@/format/date";
import { useCompareName, useCompares } from "../compare";
import { grainsFrom, lengthsOf, type View } from "../view";
import styles from "./metric.module.css";

interface Props {
  view: View;
  smallest: Level;
  onChange: (next: Partial<View>) => void;
}

const CUSTOM = "custom";

/** Grain, time range and comparison of everything below. */
export function ViewBar({ view, smallest, onChange }: Props) {
  const { t } = useTranslation("catalog");
  const name = useLevelName();
  const absolute = typeof view.range !== "number";
  const [custom, setCustom] = useState(absolute);
  const lengths = new Set<number>(lengthsOf(view.grain));
  if (typeof view.range === "number") lengths.add(view.range);
  const last = (count: number) =>
    isGrain(view.grain)
      ? t(`control.last.${view.grain}`, { count })
      : t("control.last.level", { count, name: name(view.grain) });
  const change = (grain: Level) => onChange({ grain, ...(absolute ? {} : { range: undefined }) });
  const compares = useCompares(view.grain);
  const compareName = useCompareName();
  return (
    <div className={styles.bar}>
      <Segmented
        aria-label={t("control.grain")}
        value={view.grain}
        onChange={change}
        options={grainsFrom(smallest).map((grain) => ({ value: grain, label: name(grain) }))}
      />
      <CalendarGrain value={view.grain} onChange={change} />
      <Select
        aria-label={t("control.range")}
        className={styles.range}
        value={custom || typeof view.range !== "number" ? CUSTOM : String(view.range)}
        onChange={(value) => {
          setCustom(value === CUSTOM);
          if (value !== CUSTOM) onChange({ range: Number(value) });
        }}
        options={[
          ...[...lengths]
            .sort((one, other) => one - other)
            .map((count) => ({ value: String(count), label: last(count) })),
          { value: CUSTOM, label: t("control.custom") },
        ]}
      />
      {custom && <Days range={view.range} onChange={(range) => onChange({ range })} />}
      <Select
        aria-label={t("control.compare")}
        className={styles.range}
        popupMatchSelectWidth={false}
        listHeight={440}
        value={view.compare}
        labelRender={({ value }) => compareName(String(value))}
        onChange={(compare) => onChange({ compare })}
        options={compares.map(({ label, options }) => ({
          label,
          options: options.map((value) => ({ value, label: compareName(value) })),
        }))}
      />
    </div>
  );
}

/** The periods of the company's own calendar, where it has some. */
function CalendarGrain({ value, onChange }: { value: Level; onChange: (level: Level) => void }) {
  const { t } = useTranslation("catalog");
  const levels = useCalendarLevels();
  if (levels.length === 0) return null;
  return (
    <Select
      aria-label={t("control.calendar")}
      placeholder={t("control.calendar")}
      className={styles.range}
      value={isGrain(value) ? null : value}
      onChange={(level: Level | null) => level && onChange(level)}
      options={levels.map((level) => ({ value: level.code, label: level.name }))}
    />
  );
}

interface DaysProps {
  range: View["range"];
  onChange: (range: View["range"]) => void;
}

function Days({ range, onChange }: DaysProps) {
  const { t } = useTranslation("catalog");
  const day = (text: string | null) => (text ? dayjs(text) : null);
  const value: [Dayjs | null, Dayjs | null] =
    typeof range === "number" ? [null, null] : [day(range.start), day(range.end)];
  return (
    <DatePicker.RangePicker
      value={value}
      allowEmpty={[true, true]}
      allowClear={false}
      placeholder={[t("control.from"), t("control.to")]}
      onChange={(days) => {
        const [start, end] = [days?.[0] ?? null, days?.[1] ?? null].map(
          (one) => one?.format("YYYY-MM-DD") ?? null,
        );
        if (start || end) onChange({ start: start ?? null, end: end ?? null });
      }}
    />
  );
}
