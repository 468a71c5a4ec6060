import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarYear } from "@/api/schema";
import { useMay } from "@/app/session";
import { Facts } from "@/components/Facts";
import { useFormat } from "@/format/useFormat";
import { countryName, RulesModal } from "./RulesModal";
import { patternText, useMonthName } from "./useNames";

/** How the company cuts its years. */
export function RulesCard({ year }: { year: CalendarYear }) {
  const { t } = useTranslation("calendar");
  const may = useMay();
  const monthName = useMonthName();
  const { language } = useFormat();
  const [changing, setChanging] = useState(false);
  const { rules } = year;
  const fiscal = monthName(rules.fiscal_start_month ?? 1);
  const named = t(`rules.named.${rules.fiscal_named ?? "end"}`);
  return (
    <section className="card" aria-label={t("rules.title")}>
      <div className="card-head">
        <h2>{t("rules.title")}</h2>
        {may("calendar.manage") && (
          <Button size="small" icon={<EditOutlined />} onClick={() => setChanging(true)}>
            {t("rules.change")}
          </Button>
        )}
      </div>
      <Facts
        facts={[
          [t("rules.country"), countryName(rules.country ?? "CN", language)],
          [
            t("rules.fiscal"),
            rules.fiscal_start_month === 1
              ? t("rules.fiscalCivil")
              : t("rules.fiscalFrom", { month: fiscal, named }),
          ],
          [
            t("rules.retail"),
            t("rules.retailFrom", {
              pattern: patternText(rules.retail_pattern),
              month: monthName(rules.retail_start_month ?? 1),
            }),
          ],
          [t("rules.firstWeek"), t(`rules.rule.${rules.retail_rule ?? "nearest"}`)],
          [t("rules.long"), t("rules.longWeek")],
          [t("rules.weekStart"), t(`rules.${year.week_start}`)],
        ]}
      />
      {changing && <RulesModal year={year} onClose={() => setChanging(false)} />}
    </section>
  );
}
