import { useTranslation } from "react-i18next";
import type { ForeignReport } from "@/api/schema";
import { Facts } from "@/components/Facts";

/** Saved queries as they would be asked here. */
export function Questions({ questions }: { questions: ForeignReport["questions"] }) {
  const { t } = useTranslation("interchange");
  const comma = t("report.comma");
  return (
    <div className="stack">
      <p className="soft">{t("report.questionsHint")}</p>
      {Object.entries(questions).map(([name, question]) => {
        const time = question.grain ? [t("report.time", { grain: question.grain })] : [];
        const groups = [...time, ...(question.dimensions ?? []).map((dimension) => dimension.field)];
        return (
          <div key={name}>
            <h3>{name}</h3>
            <Facts
              facts={[
                [t("report.metrics"), (question.metrics ?? []).join(comma) || t("report.none")],
                [t("report.groups"), groups.join(comma) || t("report.none")],
              ]}
            />
          </div>
        );
      })}
    </div>
  );
}
