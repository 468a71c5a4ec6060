import { EditOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarDay } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag, type Tone } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { DayForm } from "./DayForm";
import { weekdayOf } from "./days";
import { EditLine } from "./EditLine";
import { useDay } from "./useCalendar";
import { useWeekdayName } from "./useNames";

const TONES: Record<CalendarDay["kind"], Tone> = {
  working: "neutral",
  weekend: "neutral",
  holiday: "bad",
  adjusted_working: "accent",
};

/** Days from which on a festival other than Spring Festival says nothing of a day. */
const NEAR = 30;

/** What the calendar knows of a day, why, and the form to say otherwise. */
export function DayDrawer({ day, onClose }: { day: string; onClose: () => void }) {
  const { t } = useTranslation("calendar");
  const format = useFormat();
  const weekday = useWeekdayName();
  const found = useDay(day);
  return (
    <Drawer
      open
      onClose={onClose}
      size={Math.min(520, window.innerWidth)}
      title={`${format.day(day)}${t("comma")}${weekday(weekdayOf(day), "long")}`}
      aria-label={t("drawer")}
    >
      {found.isPending && <RowsSkeleton rows={10} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && <Shown key={`${day} ${found.data.last_edit}`} day={found.data} />}
    </Drawer>
  );
}

function Shown({ day }: { day: CalendarDay }) {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  const format = useFormat();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const why = useWhy();
  const working = day.kind === "working" || day.kind === "adjusted_working";
  const near = day.festivals.filter(
    (festival) => festival.code === "spring_festival" || Math.abs(festival.offset) <= NEAR,
  );
  const festivals = near.map((festival) => {
    const how = festival.offset === 0 ? "on" : festival.offset > 0 ? "after" : "before";
    return t(`festival.${how}`, {
      name: t(`festival.${festival.code}`),
      year: festival.year,
      days: Math.abs(festival.offset),
    });
  });
  const facts: [string, React.ReactNode][] = [
    [t("fact.lunar"), pick(day.lunar)],
    ...(working
      ? ([
          [
            t("fact.workingDay"),
            t("fact.workingDayOf", { month: day.working_day_of_month, year: day.working_day_of_year }),
          ],
        ] as [string, React.ReactNode][])
      : []),
    [t("fact.isoWeek"), t("fact.isoWeekOf", { year: day.iso_year, week: day.iso_week })],
    [
      t("fact.fiscal"),
      t("fact.fiscalOf", {
        year: day.fiscal_year,
        quarter: day.fiscal_quarter,
        month: day.fiscal_month,
        day: day.day_of_fiscal_year,
      }),
    ],
    [
      t("fact.retail"),
      t("fact.retailOf", {
        year: day.retail_year,
        quarter: day.retail_quarter,
        period: day.retail_period,
        week: day.retail_week,
      }),
    ],
    [
      t("fact.festivals"),
      <ul key="festivals">
        {festivals.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>,
    ],
    [
      t("fact.events"),
      day.events.length === 0 ? (
        <span key="none" className="faint">
          {t("none")}
        </span>
      ) : (
        <ul key="events">
          {day.events.map((event) => (
            <li key={event.id}>
              {pick(event.name)}{" "}
              <span className="faint small">
                {t("edit.range", { first: format.day(event.first), last: format.day(event.last) })}
              </span>
            </li>
          ))}
        </ul>
      ),
    ],
  ];
  return (
    <div className="stack">
      <div className="row">
        <StatusTag tone={TONES[day.kind]}>{t(`kind.${day.kind}`)}</StatusTag>
        {pick(day.name) && <b>{pick(day.name)}</b>}
        {day.edited && <StatusTag tone="warn">{t("edited")}</StatusTag>}
      </div>
      <p className="soft">{why(day)}</p>
      {may("calendar.manage") && !editing && (
        <div>
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("editDay")}
          </Button>
        </div>
      )}
      {editing && <DayForm day={day} onClose={() => setEditing(false)} />}
      <Facts facts={facts} />
      {day.edits.length > 0 && (
        <section aria-label={t("edits.title")}>
          <h3>{t("edits.title")}</h3>
          {day.edits.map((edit) => (
            <EditLine key={edit.id} edit={edit} brief />
          ))}
        </section>
      )}
    </div>
  );
}

/** Who says that the day is what it is. */
function useWhy(): (day: CalendarDay) => string {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  return (day) => {
    const last = day.edits[0];
    if (day.source === "company" && last) {
      const was = day.without_edit;
      const without = [t(`kind.${was.kind}`), pick(was.name)].filter(Boolean).join(" ");
      return t("why.company", { person: pick(last.person?.name), reason: last.reason, without });
    }
    if (day.source === "announced") {
      const key = day.kind === "adjusted_working" ? "why.inLieu" : "why.announced";
      return t(key, { name: pick(day.name) });
    }
    if (day.source === "law") return t("why.law", { name: pick(day.name) });
    return t(day.official ? "why.weekday" : "why.weekdayOpen");
  };
}
