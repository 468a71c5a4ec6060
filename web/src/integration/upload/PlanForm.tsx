import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, AutoComplete, Button, Form, Progress, Radio, Select } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { UploadPreview } from "@/api/schema";
import { useFormat } from "@/format/useFormat";
import { ColumnChoices } from "./ColumnChoices";
import { asFound, faultsOf, isFaultless, type Plan, requestOf } from "./choices";
import { FileFaults } from "./FileFaults";
import styles from "./upload.module.css";

/** How the file becomes a table: names, types, key, replace or append; then the load itself. */
export function PlanForm({ upload }: { upload: UploadPreview }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const [plan, setPlan] = useState<Plan>(() => ({
    table: upload.suggested_table,
    mode: "replace",
    choices: asFound(upload.columns),
    key: [],
    order: [],
  }));
  const change = (next: Partial<Plan>) => setPlan((before) => ({ ...before, ...next }));
  const load = useLoad(upload);
  const search = plan.table.trim();
  const tables = useQuery({
    queryKey: ["tables", "names", search],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/tables", { params: { query: { search } }, signal })),
    placeholderData: (before) => before,
  });
  const present = tables.data?.items.find((table) => table.name === search);
  const faults = faultsOf(plan);
  const kept = plan.choices.filter((choice) => choice.kept);
  const options = kept.map((choice) => ({ value: choice.position, label: choice.name || "…" }));
  const tableHelp = faults.table ? t(`plan.table_${faults.table}`) : undefined;
  const chosen = (positions: readonly number[]) =>
    positions.filter((position) => kept.some((choice) => choice.position === position));
  return (
    <>
      <section className="card stack">
        <h2>{t("plan.columns")}</h2>
        <p className="small soft">{t("plan.columnsHint")}</p>
        <ColumnChoices
          columns={upload.columns}
          rows={upload.row_count}
          choices={plan.choices}
          faults={faults.columns}
          onChange={(choices) => change({ choices })}
        />
      </section>
      <section className="card stack">
        <h2>{t("plan.into")}</h2>
        <Form layout="vertical" className={styles.into} requiredMark={false}>
          <Form.Item
            label={t("plan.table")}
            htmlFor="plan-table"
            validateStatus={tableHelp ? "error" : ""}
            help={tableHelp}
            extra={
              present
                ? t("plan.tableThere", { rows: present.rows === null ? "?" : format.count(present.rows) })
                : t("plan.tableNew")
            }
          >
            <AutoComplete
              id="plan-table"
              value={plan.table}
              options={(tables.data?.items ?? []).map((table) => ({ value: table.name }))}
              onChange={(table: string) => change({ table })}
            />
          </Form.Item>
          <Form.Item label={t("plan.mode")} extra={t(`plan.${plan.mode}Hint`)}>
            <Radio.Group
              value={plan.mode}
              optionType="button"
              options={[
                { value: "replace", label: t("plan.replace") },
                { value: "append", label: t("plan.append") },
              ]}
              onChange={(event) => change({ mode: event.target.value as Plan["mode"] })}
            />
          </Form.Item>
          <Form.Item label={t("plan.key")} htmlFor="plan-key" extra={t("plan.keyHint")}>
            <Select
              id="plan-key"
              mode="multiple"
              value={chosen(plan.key)}
              options={options}
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("plan.keyNone")}
              onChange={(key: number[]) => change({ key })}
            />
          </Form.Item>
          <Form.Item label={t("plan.order")} htmlFor="plan-order" extra={t("plan.orderHint")}>
            <Select
              id="plan-order"
              mode="multiple"
              value={chosen(plan.order)}
              options={options}
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("plan.orderNone")}
              onChange={(order: number[]) => change({ order })}
            />
          </Form.Item>
        </Form>
        {faults.nothingKept && <Alert type="warning" showIcon title={t("plan.nothingKept")} />}
        {plan.mode === "replace" && present && (
          <Alert type="warning" showIcon title={t("plan.replaces", { table: present.name })} />
        )}
        <div className={styles.load}>
          <Button
            type="primary"
            disabled={!isFaultless(faults)}
            loading={load.isPending}
            onClick={() => load.mutate(plan)}
          >
            {t("plan.load", { rows: format.count(upload.row_count) })}
          </Button>
          {load.isPending && (
            <span role="status" className="row soft">
              <Progress type="circle" size={18} percent={100} status="active" showInfo={false} />
              {t("plan.loading")}
            </span>
          )}
        </div>
        {load.isError && <FileFaults error={load.error} />}
      </section>
    </>
  );
}

function useLoad(upload: UploadPreview) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  // The same plan sent twice (a lost answer) is one load.
  const sent = useRef({ plan: "", key: "" });
  return useMutation({
    mutationFn: (plan: Plan) => {
      const body = requestOf(plan);
      const written = JSON.stringify(body);
      if (sent.current.plan !== written) sent.current = { plan: written, key: crypto.randomUUID() };
      return answer(
        api.POST("/api/v1/uploads/{upload_id}/load", {
          params: { path: { upload_id: upload.id }, header: { "Idempotency-Key": sent.current.key } },
          body,
        }),
      );
    },
    onSuccess: (result) => {
      void queries.invalidateQueries({ queryKey: ["tables"] });
      void queries.invalidateQueries({ queryKey: ["uploads"] });
      void message.success(
        t("plan.loaded", { rows: format.count(result.load.rows_loaded), table: result.table.name }),
      );
      void navigate(`/data/tables/${result.table.name}`);
    },
  });
}
