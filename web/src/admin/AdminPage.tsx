import "./words";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMay } from "@/app/session";
import { PageHeader } from "@/components/PageHeader";
import { OrganisationTab } from "./organisation/OrganisationTab";
import { GrantsTab } from "./policies/GrantsTab";
import { PoliciesTab } from "./policies/PoliciesTab";
import { VisibilityTab } from "./policies/VisibilityTab";
import { RolesTab } from "./roles/RolesTab";

const TABS = ["people", "roles", "policies", "grants", "visibility"] as const;
type Tab = (typeof TABS)[number];

const CONTENT: Record<Tab, () => React.JSX.Element> = {
  people: OrganisationTab,
  roles: RolesTab,
  policies: PoliciesTab,
  grants: GrantsTab,
  visibility: VisibilityTab,
};

/** People, what they may do, and what they may see. Policies are the security officer's and the auditor's part. */
export default function AdminPage() {
  const { t } = useTranslation("admin");
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const secured = may("policy.manage") || may("audit.read");
  const open = TABS.filter((tab) => secured || tab === "people" || tab === "roles");
  const tab = open.find((one) => one === params.get("tab")) ?? (may("policy.manage") ? "policies" : "people");
  const Content = CONTENT[tab];
  return (
    <div className="page">
      <PageHeader title={t("title")} below={t("hint")} />
      <Tabs
        activeKey={tab}
        onChange={(chosen) => setParams({ tab: chosen }, { replace: true })}
        items={open.map((key) => ({ key, label: t(`tab.${key}`) }))}
      />
      <Content />
    </div>
  );
}
