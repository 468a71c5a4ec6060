import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import type { ForeignReport } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { StatusTag, type Tone } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { countsOf } from "./counts";
import { Definitions } from "./Definitions";
import styles from "./import.module.css";
import { Questions } from "./Questions";

/** What the files become, what is wrong with it, and what is lost. */
export function Report({ report }: { report: ForeignReport }) {
  const { t } = useTranslation("interchange");
  const format = useFormat();
  const counts = countsOf(report);
  const questions = Object.keys(report.questions).length;
  const figures = [
    { name: t("report.new"), value: counts.fresh, bad: false },
    { name: t("report.changed"), value: counts.changed, bad: false },
    { name: t("report.same"), value: counts.same, bad: false },
    { name: t("report.withFaults"), value: counts.faulty, bad: counts.faulty > 0 },
    { name: t("report.losses"), value: report.losses.length, bad: false },
  ];
  return (
    <section className="card stack" aria-labelledby="import-report">
      <h2 id="import-report">{t("report.title")}</h2>
      <dl className={styles.counts}>
        {figures.map((figure) => (
          <div key={figure.name} className={figure.bad ? `${styles.count} ${styles.bad}` : styles.count}>
            <dt>{figure.name}</dt>
            <dd>{format.count(figure.value)}</dd>
          </div>
        ))}
      </dl>
      <Tabs
        items={[
          {
            key: "definitions",
            label: t("report.definitions", { shown: format.count(report.items.length) }),
            children: <Definitions items={report.items} />,
          },
          {
            key: "losses",
            label: t("report.lossesTab", { shown: format.count(report.losses.length) }),
            children: <Losses report={report} />,
          },
          ...(questions > 0
            ? [
                {
                  key: "questions",
                  label: t("report.questions", { shown: format.count(questions) }),
                  children: <Questions questions={report.questions} />,
                },
              ]
            : []),
        ]}
      />
    </section>
  );
}

const TONES: Record<ForeignReport["losses"][number]["kind"], Tone> = {
  dropped: "warn",
  changed: "accent",
  refused: "bad",
};

function Losses({ report }: { report: ForeignReport }) {
  const { t } = useTranslation("interchange");
  const pick = usePick();
  if (report.losses.length === 0) return <p className="soft">{t("report.noLosses")}</p>;
  return (
    <ul className={styles.list}>
      {report.losses.map((loss) => (
        <li key={`${loss.path}/${pick(loss.text)}`}>
          <span>
            <StatusTag tone={TONES[loss.kind]}>{t(`report.lossKinds.${loss.kind}`)}</StatusTag>
          </span>
          <span>
            {pick(loss.text)}
            <div className={`small soft ${styles.path}`}>{loss.path}</div>
          </span>
        </li>
      ))}
    </ul>
  );
}
