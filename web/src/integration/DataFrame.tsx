import { CloudUploadOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { LinkButton } from "@/components/LinkButton";
import { LinkTabs } from "@/components/LinkTabs";
import { PageHeader } from "@/components/PageHeader";

/** The head that the lists of the data place share. Who may not read data has the calendar, and an administrator the databases. */
export function DataFrame({ action, children }: { action?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("integration");
  const may = useMay();
  const upload = (
    <LinkButton to="/data/upload" type="primary" icon={<CloudUploadOutlined />}>
      {t("upload.bring")}
    </LinkButton>
  );
  const reads = may("data.read");
  const connects = may("data.manage") || may("system.manage");
  const lists = [
    { to: "/data", label: t("data.tables"), exact: true },
    { to: "/data/datasets", label: t("data.datasets") },
    { to: "/data/relationships", label: t("data.relationships") },
    { to: "/data/dimensions", label: t("data.dimensions") },
  ];
  const tabs = [
    ...(reads ? lists : []),
    { to: "/data/calendar", label: t("data.calendar") },
    ...(connects ? [{ to: "/data/connections", label: t("data.connections") }] : []),
  ];
  return (
    <div className="page">
      <PageHeader
        title={t(reads || connects ? "data.title" : "data.calendar")}
        below={t(reads || connects ? "data.hint" : "data.calendarHint")}
        actions={
          may("data.manage") && (
            <>
              {action}
              {upload}
            </>
          )
        }
      />
      {(reads || connects) && <LinkTabs label={t("data.title")} tabs={tabs} />}
      {children}
    </div>
  );
}
