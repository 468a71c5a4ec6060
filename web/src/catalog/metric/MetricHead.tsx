import { DownOutlined, EditOutlined, FileTextOutlined, StarFilled, StarOutlined } from "@ant-design/icons";
import { Alert, Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MetricDef, MetricDetail } from "@/api/schema";
import { useLanguage } from "@/app/i18n/language";
import { usePick } from "@/app/i18n/text";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { StatusTag } from "@/components/StatusTag";
import { useChangeMetric } from "@/definition/useChangeMetric";
import { STATUS_TONES } from "../status";
import { useFollow } from "../useFollow";

interface Props {
  detail: MetricDetail;
  definition: MetricDef;
}

export function MetricHead({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  const { t: app } = useTranslation();
  const pick = usePick();
  return (
    <>
      <PageHeader
        crumbs={[
          { label: t("library.title"), to: "/library" },
          ...detail.domain_path.map((domain) => ({
            label: pick(domain.name),
            to: `/library?domain=${domain.code}`,
          })),
        ]}
        title={pick(detail.name)}
        beside={
          <>
            <code className="faint">{detail.code}</code>
            <StatusTag tone={STATUS_TONES[detail.status]}>{app(`status.${detail.status}`)}</StatusTag>
            <StatusTag>{app(`metricType.${definition.definition.type}`)}</StatusTag>
            {detail.in_review && <StatusTag tone="accent">{t("metric.inReview")}</StatusTag>}
          </>
        }
        below={<People detail={detail} definition={definition} />}
        actions={<Actions detail={detail} />}
      />
      {detail.successor && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              {t("metric.successor")}{" "}
              <Link to={`/metrics/${detail.successor.code}`}>{pick(detail.successor.name)}</Link>
            </>
          }
        />
      )}
    </>
  );
}

function People({ detail, definition }: Props) {
  const { t } = useTranslation("catalog");
  return (
    <>
      {detail.owner && (
        <span className="row">
          {t("metric.owner")} <PersonTag person={detail.owner} />
        </span>
      )}
      {detail.steward && (
        <span className="row">
          {t("metric.steward")} <PersonTag person={detail.steward} />
        </span>
      )}
      {definition.aliases.length > 0 && (
        <span>
          {t("metric.aliases")} {definition.aliases.join(" · ")}
        </span>
      )}
    </>
  );
}

function Actions({ detail }: { detail: MetricDetail }) {
  const { t } = useTranslation("catalog");
  const { language } = useLanguage();
  const { following, ready, change } = useFollow(detail.code);
  const draft = useChangeMetric(detail.code);
  const document = (format: "markdown" | "html") =>
    `/api/v1/metrics/${detail.code}/document?format=${format}&language=${language}`;
  return (
    <>
      {detail.may_draft && (
        <Button icon={<EditOutlined />} loading={draft.isPending} onClick={() => draft.mutate()}>
          {t(detail.my_draft ? "metric.continueDraft" : "metric.change")}
        </Button>
      )}
      <Button
        icon={following ? <StarFilled /> : <StarOutlined />}
        aria-pressed={following}
        disabled={!ready}
        onClick={() => change(!following)}
      >
        {t(following ? "metric.following" : "metric.follow")}
      </Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "html", label: <a href={document("html")}>HTML</a> },
            { key: "markdown", label: <a href={document("markdown")}>Markdown</a> },
          ],
        }}
      >
        <Button icon={<FileTextOutlined />}>
          {t("metric.document")} <DownOutlined />
        </Button>
      </Dropdown>
    </>
  );
}
