import "./words";
import "@/integration/words";
import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { CalendarYear } from "@/api/schema";
import { ErrorState } from "@/components/ErrorState";
import { ChartSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { DataFrame } from "@/integration/DataFrame";
import styles from "./calendar.module.css";
import { DayDrawer } from "./DayDrawer";
import { addMonths, isDay, today } from "./days";
import { EditsCard } from "./EditsCard";
import { EventsCard } from "./EventsCard";
import { Legend } from "./Legend";
import { MonthGrid } from "./MonthGrid";
import { RulesCard } from "./RulesCard";
import { useYear } from "./useCalendar";
import { useMonthName } from "./useNames";
import { useRoving } from "./useRoving";

/** The company calendar: a year or a month of it, what is behind a day, events, periods and edits. */
export default function CalendarPage() {
  const { t } = useTranslation("calendar");
  const [params, setParams] = useSearchParams();
  const asked = params.get("at");
  const at = isDay(asked) ? asked : today();
  const view = params.get("view") === "month" ? "month" : "year";
  const opened = params.get("day");
  const year = useYear(Number(at.slice(0, 4)));
  const change = useCallback(
    (next: Record<string, string | null>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [key, value] of Object.entries(next)) {
            if (value === null) after.delete(key);
            else after.set(key, value);
          }
          return after;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  const open = useCallback((day: string) => change({ day }), [change]);
  const goTo = useCallback((day: string) => change({ at: day }), [change]);
  return (
    <DataFrame>
      {year.isPending && (
        <section className="card">
          <ChartSkeleton height={520} />
        </section>
      )}
      {year.isError && (
        <ErrorState
          error={year.error}
          onRetry={() => void year.refetch()}
          action={<Button onClick={() => change({ at: null })}>{t("toToday")}</Button>}
        />
      )}
      {year.data && (
        <>
          <section className="card stack" aria-label={t("title")}>
            <Bar year={year.data} at={at} view={view} change={change} />
            <Days year={year.data} at={at} view={view} onOpen={open} onGoTo={goTo} change={change} />
            <Legend />
          </section>
          <div className="two">
            <EventsCard year={year.data} />
            <RulesCard year={year.data} />
          </div>
          <EditsCard onOpen={open} />
        </>
      )}
      {isDay(opened) && <DayDrawer day={opened} onClose={() => change({ day: null })} />}
    </DataFrame>
  );
}

interface Parts {
  year: CalendarYear;
  at: string;
  view: "year" | "month";
  change: (next: Record<string, string | null>) => void;
}

/** Which year or month is shown, and what it comes to. */
function Bar({ year, at, view, change }: Parts) {
  const { t } = useTranslation("calendar");
  const format = useFormat();
  const monthName = useMonthName();
  const shown = view === "year" ? year.days : year.days.filter((day) => day.day.startsWith(at.slice(0, 7)));
  const count = (...kinds: string[]) => shown.filter((day) => kinds.includes(day.kind)).length;
  const step = view === "year" ? 12 : 1;
  const to = (months: number) => change({ at: addMonths(at, months) });
  const first = `${year.first_year}-01`;
  const last = `${year.last_year}-12`;
  const beside = (months: number) => addMonths(at, months).slice(0, view === "year" ? 4 : 7);
  return (
    <>
      <div className={styles.bar}>
        <div className="row">
          <Button
            icon={<LeftOutlined />}
            aria-label={t(view === "year" ? "previousYear" : "previousMonth")}
            disabled={beside(-step) < first.slice(0, beside(-step).length)}
            onClick={() => to(-step)}
          />
          <Select
            aria-label={t("year")}
            value={year.year}
            options={Array.from({ length: year.last_year - year.first_year + 1 }, (_, place) => ({
              value: year.first_year + place,
              label: t("yearName", { year: year.first_year + place }),
            }))}
            onChange={(value) => change({ at: addMonths(at, (value - year.year) * 12) })}
          />
          {view === "month" && (
            <Select
              aria-label={t("month")}
              value={Number(at.slice(5, 7))}
              options={Array.from({ length: 12 }, (_, place) => ({
                value: place + 1,
                label: monthName(place + 1),
              }))}
              onChange={(value) => change({ at: addMonths(at, value - Number(at.slice(5, 7))) })}
            />
          )}
          <Button
            icon={<RightOutlined />}
            aria-label={t(view === "year" ? "nextYear" : "nextMonth")}
            disabled={beside(step) > last.slice(0, beside(step).length)}
            onClick={() => to(step)}
          />
          <Button onClick={() => change({ at: null })}>{t("toToday")}</Button>
        </div>
        <Segmented
          aria-label={t("view")}
          value={view}
          options={[
            { value: "year", label: t("viewYear") },
            { value: "month", label: t("viewMonth") },
          ]}
          onChange={(value) => change({ view: value === "month" ? "month" : null })}
        />
      </div>
      <div className={`${styles.sums} soft`}>
        <span>
          <b className="num">{count("working", "adjusted_working")}</b> {t("sum.working")}
        </span>
        <span>
          <b className="num">{count("adjusted_working")}</b> {t("sum.adjusted")}
        </span>
        <span>
          <b className="num">{count("holiday")}</b> {t("sum.holiday")}
        </span>
        <span className="faint small" title={format.moment(year.committed_at)}>
          {t("version", { version: year.version, when: format.ago(year.committed_at) })}
        </span>
      </div>
      {!year.official && (
        <Alert
          type="info"
          showIcon
          title={t("notOfficial", { year: year.year })}
          description={t("notOfficialHint")}
        />
      )}
    </>
  );
}

/** The days: reached by one step of the Tab key, walked with the arrow keys. */
function Days({
  year,
  at,
  view,
  change,
  onOpen,
  onGoTo,
}: Parts & { onOpen: (day: string) => void; onGoTo: (day: string) => void }) {
  const { t } = useTranslation("calendar");
  const roving = useRoving(at, year, view, onGoTo);
  const months = Array.from({ length: 12 }, (_, place) => place + 1).filter(
    (month) => view === "year" || month === Number(at.slice(5, 7)),
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the days in it arrive here
    <div
      ref={roving.ref}
      className={view === "year" ? styles.months : styles.oneMonth}
      onKeyDown={roving.onKeyDown}
    >
      {months.map((month) => (
        <MonthGrid
          key={month}
          year={year}
          month={month}
          large={view === "month"}
          current={roving.current}
          onOpen={onOpen}
          onTitle={() => change({ at: `${year.year}-${String(month).padStart(2, "0")}-01`, view: "month" })}
        />
      ))}
      <p className="sr-only">{t("keys")}</p>
    </div>
  );
}
