import { DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarYear, EventView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "./calendar.module.css";
import { EventModal } from "./EventModal";
import { ReasonModal } from "./ReasonModal";
import { useEdit } from "./useCalendar";

/** The company's events that touch the year. */
export function EventsCard({ year }: { year: CalendarYear }) {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  const format = useFormat();
  const manages = useMay()("calendar.manage");
  const [shaping, setShaping] = useState<EventView | "new" | null>(null);
  const [removing, setRemoving] = useState<EventView | null>(null);
  const remove = useEdit(() => setRemoving(null));
  return (
    <section className="card" aria-label={t("events.title")}>
      <div className="card-head">
        <h2>{t("events.of", { year: year.year })}</h2>
        {manages && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setShaping("new")}>
            {t("events.add")}
          </Button>
        )}
      </div>
      {year.events.length === 0 && (
        <EmptyState
          compact
          title={t("events.none")}
          hint={t(manages ? "events.noneHint" : "events.noneRead")}
        />
      )}
      <ul>
        {year.events.map((event) => (
          <li key={event.id} className={styles.event}>
            <div className={styles.eventMain}>
              <span className="row">
                <b>{pick(event.name)}</b>
                <StatusTag tone={event.kind === "promotion" ? "warn" : "neutral"}>
                  {t(`eventKind.${event.kind}`)}
                </StatusTag>
              </span>
              <span className="soft small">
                {t("edit.range", { first: format.day(event.first), last: format.day(event.last) })}
              </span>
            </div>
            {manages && (
              <span>
                <Button
                  type="text"
                  size="small"
                  icon={<EditOutlined />}
                  aria-label={t("events.change", { name: pick(event.name) })}
                  onClick={() => setShaping(event)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t("events.remove", { name: pick(event.name) })}
                  onClick={() => setRemoving(event)}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
      {shaping && (
        <EventModal
          event={shaping === "new" ? null : shaping}
          year={year.year}
          onClose={() => setShaping(null)}
        />
      )}
      {removing && (
        <ReasonModal
          title={t("events.remove", { name: pick(removing.name) })}
          hint={t("events.removeHint")}
          ok={t("events.removeOk")}
          pending={remove.isPending}
          error={remove.error}
          onOk={(reason) =>
            remove.mutate({
              subject: "event",
              id: removing.id,
              event: null,
              reason,
              based_on: removing.edit,
            })
          }
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}
