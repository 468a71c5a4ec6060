import { Segmented, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./definition.module.css";
import {
  AHEADS,
  aheadOf,
  BACKS,
  backOf,
  hasWindow,
  type Period,
  tidy,
  USUAL,
  withAhead,
  withBack,
} from "./period";
import { PeriodPicture } from "./picture/PeriodPicture";
import { same } from "./raw";
import { ShiftPicker } from "./ShiftPicker";
import { DurationInput, LevelSelect } from "./units";

interface Props {
  value: Period | null;
  onChange: (period: Period | null) => void;
  disabled: boolean;
}

const WITHIN = ["last", "first", "avg", "min", "max"] as const;

/** When a metric looks: usual words first, then the parts for everything else, then a picture of it. */
export function PeriodPicker({ value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  const change = (period: Period | null) => onChange(tidy(period));
  const window = hasWindow(value);
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
      <div className={styles.periodParts}>
        <Before value={value} disabled={disabled} onChange={change} />
        <After value={value} disabled={disabled} onChange={change} />
        {window && <Within value={value} disabled={disabled} onChange={change} />}
        {!window && (
          <Part label={t("period.pointOf")}>
            <LevelSelect
              value={value?.point ?? null}
              label={t("period.pointOf")}
              none={t("period.noPoint")}
              disabled={disabled}
              onChange={(point) => change({ ...value, point })}
            />
          </Part>
        )}
        <Part label={t("period.shift")}>
          <Switch
            aria-label={t("period.shift")}
            disabled={disabled}
            checked={Boolean(value?.shift)}
            onChange={(on) => change({ ...value, shift: on ? { count: 1, unit: "month" } : null })}
          />
          {value?.shift && (
            <ShiftPicker
              value={value.shift}
              disabled={disabled}
              onChange={(shift) => change({ ...value, shift })}
            />
          )}
        </Part>
      </div>
      <PeriodPicture period={value} />
    </div>
  );
}

function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.periodPart}>
      <span className="soft">{label}</span>
      <div className="row">{children}</div>
    </div>
  );
}

/** What lies before the moment at which a period is seen. */
function Before({ value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  const back = backOf(value);
  return (
    <Part label={t("period.before")}>
      <Segmented
        aria-label={t("period.before")}
        value={back}
        disabled={disabled}
        onChange={(next) => onChange(withBack(value, next))}
        options={BACKS.map((name) => ({ value: name, label: t(`period.backs.${name}`) }))}
      />
      {value?.to_date && (
        <LevelSelect
          value={value.to_date}
          label={t("period.backs.to_date")}
          disabled={disabled}
          withCalendar
          onChange={(grain) => onChange({ ...value, to_date: grain })}
        />
      )}
      {value?.trailing && (
        <DurationInput
          value={value.trailing}
          label={t("period.backs.trailing")}
          disabled={disabled}
          withHours
          onChange={(trailing) => onChange({ ...value, trailing })}
        />
      )}
    </Part>
  );
}

/** What lies after it. */
function After({ value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  return (
    <Part label={t("period.after")}>
      <Segmented
        aria-label={t("period.after")}
        value={aheadOf(value)}
        disabled={disabled}
        onChange={(next) => onChange(withAhead(value, next))}
        options={AHEADS.map((name) => ({ value: name, label: t(`period.aheads.${name}`) }))}
      />
      {value?.leading && (
        <DurationInput
          value={value.leading}
          label={t("period.aheads.leading")}
          disabled={disabled}
          withHours
          onChange={(leading) => onChange({ ...value, leading })}
        />
      )}
    </Part>
  );
}

/** On which day a window hangs, and which of a period's daily values is shown. */
function Within({ value, onChange, disabled }: Props) {
  const { t } = useTranslation("definition");
  return (
    <>
      <Part label={t("period.seen")}>
        <Segmented
          aria-label={t("period.seen")}
          value={value?.seen_from ?? "end"}
          disabled={disabled}
          onChange={(seen_from) => onChange({ ...value, seen_from })}
          options={(["end", "start"] as const).map((name) => ({
            value: name,
            label: t(`period.seenFrom.${name}`),
          }))}
        />
      </Part>
      <Part label={t("period.show")}>
        <Select
          aria-label={t("period.show")}
          value={value?.within ?? "last"}
          disabled={disabled}
          popupMatchSelectWidth={false}
          onChange={(within) => onChange({ ...value, within })}
          options={WITHIN.map((name) => ({ value: name, label: t(`period.shows.${name}`) }))}
        />
      </Part>
    </>
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
