import { InputNumber, Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Duration } from "@/api/schema";
import { GRAINS, type Grain } from "@/format/date";
import styles from "./definition.module.css";
import { type Period, periodWords, tidy, USUAL, windowOf, withWindow } from "./period";
import { same } from "./raw";

interface Props {
  value: Period | null;
  onChange: (period: Period | null) => void;
  disabled: boolean;
}

/** When a derived metric looks: usual words first, then the parts for everything else. */
export function PeriodPicker({ value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  const window = windowOf(value);
  const change = (period: Period | null) => onChange(tidy(period));
  return (
    <div className="stack">
      <fieldset className={styles.chips} disabled={disabled}>
        <legend className="sr-only">{t("period.usualWords")}</legend>
        <Chip on={tidy(value) === null} onClick={() => change(null)} word={t("period.whole")} />
        {USUAL.map((usual) => (
          <Chip
            key={usual.word}
            on={same(tidy(value), usual.period)}
            onClick={() => change(usual.period)}
            word={t(`period.usual.${usual.word}`)}
          />
        ))}
      </fieldset>
      <div className={styles.parts}>
        <span className="soft">{t("period.window")}</span>
        <Segmented
          value={window}
          disabled={disabled}
          onChange={(next) => change(withWindow(value, next))}
          options={(["whole", "to_date", "trailing"] as const).map((name) => ({
            value: name,
            label: t(`period.windows.${name}`),
          }))}
        />
        {window === "to_date" && (
          <GrainSelect
            value={value?.to_date ?? "month"}
            label={t("period.window")}
            disabled={disabled}
            onChange={(grain) => change({ ...value, to_date: grain })}
          />
        )}
        {window === "trailing" && value?.trailing && (
          <DurationInput
            value={value.trailing}
            label={t("period.windows.trailing")}
            disabled={disabled}
            onChange={(trailing) => change({ ...value, trailing })}
          />
        )}
      </div>
      <div className={styles.parts}>
        <span className="soft">{t("period.shift")}</span>
        <Switch
          aria-label={t("period.shift")}
          disabled={disabled}
          checked={Boolean(value?.shift)}
          onChange={(on) => change({ ...value, shift: on ? { count: 1, unit: "month" } : null })}
        />
        {value?.shift && (
          <DurationInput
            value={value.shift}
            label={t("period.shift")}
            disabled={disabled}
            onChange={(shift) => change({ ...value, shift })}
          />
        )}
      </div>
      <p className={styles.sentence} aria-live="polite">
        {t("period.reads", { words: periodWords(value, t) })}
      </p>
    </div>
  );
}

function Chip({ on, onClick, word }: { on: boolean; onClick: () => void; word: string }) {
  return (
    <button
      type="button"
      className={on ? `${styles.chip} ${styles.on}` : styles.chip}
      aria-pressed={on}
      onClick={onClick}
    >
      {word}
    </button>
  );
}

const MOST = 3660;

interface DurationProps {
  value: Duration;
  label: string;
  disabled: boolean;
  onChange: (value: Duration) => void;
}

function DurationInput({ value, label, disabled, onChange }: DurationProps) {
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
      <GrainSelect
        value={value.unit}
        label={label}
        disabled={disabled}
        onChange={(unit) => onChange({ ...value, unit })}
      />
    </span>
  );
}

interface GrainProps {
  value: Grain;
  label: string;
  disabled: boolean;
  onChange: (grain: Grain) => void;
}

function GrainSelect({ value, label, disabled, onChange }: GrainProps) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      value={value}
      disabled={disabled}
      style={{ width: 96 }}
      onChange={onChange}
      options={GRAINS.map((grain) => ({ value: grain, label: t(`grain.${grain}`) }))}
    />
  );
}
