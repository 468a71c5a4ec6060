import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { answer, api } from "@/api/client";
import type { ConnectionView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { StatusTag } from "@/components/StatusTag";
import { Who } from "@/components/Who";
import { useFormat } from "@/format/useFormat";
import styles from "../integration.module.css";
import { DATABASES } from "./databases";
import { TablesDrawer } from "./TablesDrawer";

interface Props {
  connection: ConnectionView;
  onEdit: () => void;
}

/** One database: where it is, what the last test found, which datasets read it. */
export function ConnectionCard({ connection, onEdit }: Props) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const may = useMay();
  const format = useFormat();
  const queries = useQueryClient();
  const [listing, setListing] = useState(false);
  const params = { path: { code: connection.code } };
  const refresh = () => queries.invalidateQueries({ queryKey: ["connections"] });
  const test = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/connections/{code}/test", { params })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/connections/{code}", { params })),
    onSuccess: refresh,
  });
  const { address, health } = connection;
  return (
    <section className="card stack">
      <div className="card-head">
        <h2>
          {pick(connection.name)} <code className={styles.code}>{connection.code}</code>
        </h2>
        <span className="row">
          <Health connection={connection} />
          {may("data.manage") && !health?.problem && (
            <Button size="small" onClick={() => setListing(true)}>
              {t("connection.tables")}
            </Button>
          )}
          {may("system.manage") && (
            <>
              <Button size="small" loading={test.isPending} onClick={() => test.mutate()}>
                {t("connection.test")}
              </Button>
              <Button size="small" onClick={onEdit}>
                {t("connection.change")}
              </Button>
              <Popconfirm
                title={t("connection.removeSure")}
                okText={t("connection.remove")}
                cancelText={t("connection.cancel")}
                onConfirm={() => remove.mutate()}
              >
                <Button size="small" danger loading={remove.isPending}>
                  {t("connection.remove")}
                </Button>
              </Popconfirm>
            </>
          )}
        </span>
      </div>
      {health?.problem && (
        <Alert
          type={health.reachable ? "warning" : "error"}
          showIcon
          title={pick(health.problem.title)}
          description={pick(health.problem.remedy)}
        />
      )}
      <Facts
        facts={[
          [t("connection.kind"), health?.engine || DATABASES[connection.kind].name],
          ...(address
            ? ([
                [t("connection.address"), `${address.host}:${address.port} / ${address.database}`],
                [t("connection.user"), address.user],
                [t("connection.password"), t(`connection.password_${address.password}`)],
              ] as const)
            : []),
          [
            t("connection.datasets"),
            connection.datasets.length === 0
              ? t("connection.noDatasets")
              : connection.datasets.map((code) => (
                  <Link key={code} to={`/data/datasets/${code}`} className={styles.gap}>
                    {code}
                  </Link>
                )),
          ],
          [
            t("connection.changed"),
            <span key="changed" title={format.moment(connection.changed_at)}>
              {format.ago(connection.changed_at)} <Who username={connection.changed_by} />
            </span>,
          ],
        ]}
      />
      {test.isError && <ErrorState compact error={test.error} onRetry={() => test.mutate()} />}
      {listing && <TablesDrawer connection={connection} onClose={() => setListing(false)} />}
      {remove.isError && <ErrorState compact error={remove.error} onRetry={() => remove.reset()} />}
    </section>
  );
}

function Health({ connection: { health } }: { connection: ConnectionView }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  if (!health) return <StatusTag>{t("connection.untested")}</StatusTag>;
  const title = t("connection.testedAt", { at: format.moment(health.checked_at), ms: health.elapsed_ms });
  if (!health.problem)
    return (
      <StatusTag tone="good" title={title}>
        {t("connection.ready")}
      </StatusTag>
    );
  return (
    <StatusTag tone={health.reachable ? "warn" : "bad"} title={title}>
      {t(health.reachable ? "connection.mayNotUse" : "connection.unreachable")}
    </StatusTag>
  );
}
