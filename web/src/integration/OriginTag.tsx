import { useTranslation } from "react-i18next";
import { StatusTag } from "@/components/StatusTag";

/** Whether the rows come from real business records or from the demo's generator. */
export function OriginTag({ real }: { real: boolean }) {
  const { t } = useTranslation();
  return (
    <StatusTag tone={real ? "good" : "warn"} title={t(real ? "data.realHint" : "data.generatedHint")}>
      {t(real ? "data.real" : "data.generated")}
    </StatusTag>
  );
}
