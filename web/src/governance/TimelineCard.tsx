import { useTranslation } from "react-i18next";
import type { ChangeView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { PersonTag } from "@/components/PersonTag";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "./governance.module.css";

const LEVEL_TONES = { waiting: "neutral", open: "accent", done: "good" } as const;

/** Who decides, level by level, and who has. */
export function LevelsCard({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  if (change.levels.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="levels">
      <h2 id="levels">{t("levels.title")}</h2>
      {change.levels.map((level) => (
        <div key={level.key} className={styles.level}>
          <div className="row">
            <strong>{pick(level.name)}</strong>
            <StatusTag tone={LEVEL_TONES[level.state]}>{t(`levels.state.${level.state}`)}</StatusTag>
          </div>
          <div className="small soft">{t(`levels.mode.${level.mode}`, { count: level.needed })}</div>
          <ul className={styles.people}>
            {level.candidates.map((person) => {
              const approved = level.approved_by.some(({ username }) => username === person.username);
              return (
                <li key={person.username} className="row">
                  <PersonTag person={person} />
                  <span className="small faint">{pick(person.department)}</span>
                  {approved && <StatusTag tone="good">{t("levels.approved")}</StatusTag>}
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      {change.evidence.length > 0 && (
        <ul className={styles.evidence}>
          {change.evidence.map((proof) => (
            <li key={proof.kind} className="row">
              <span>{pick(proof.label)}</span>
              <StatusTag tone={proof.present ? "good" : "warn"}>
                {t(proof.present ? "evidence.present" : "evidence.absent")}
              </StatusTag>
              {proof.seen_by_me && <span className="small faint">{t("evidence.seen")}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Every step so far, oldest first. */
export function TimelineCard({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">{t("timeline.title")}</h2>
      <ol className={styles.timeline}>
        {change.timeline.map((entry) => (
          <li key={entry.sequence}>
            <div>
              <strong>{entry.person ? pick(entry.person.name) : t("timeline.system")}</strong>{" "}
              {pick(entry.text)}
            </div>
            {entry.comment && <p className={styles.comment}>{entry.comment}</p>}
            <time className="small faint" dateTime={entry.at}>
              {format.moment(entry.at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
