import { CheckCircleOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { ForeignReport } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { LinkButton } from "@/components/LinkButton";
import { useFormat } from "@/format/useFormat";

/** What was kept, and where it goes on. */
export function Done({ report, onMore }: { report: ForeignReport; onMore: () => void }) {
  const { t } = useTranslation("interchange");
  const format = useFormat();
  const shown = format.count(report.draft_ids?.length ?? 0);
  const change = report.change_id;
  return (
    <section className="card" role="status">
      <EmptyState
        icon={<CheckCircleOutlined />}
        title={
          change ? t("done.change", { number: report.change_number ?? "" }) : t("done.drafts", { shown })
        }
        hint={t(change ? "done.changeHint" : "done.draftsHint", { shown })}
        action={
          <>
            <LinkButton type="primary" to={change ? `/governance/changes/${change}` : "/drafts"}>
              {t(change ? "done.toChange" : "done.toDrafts")}
            </LinkButton>{" "}
            <Button onClick={onMore}>{t("done.more")}</Button>
          </>
        }
      />
    </section>
  );
}
