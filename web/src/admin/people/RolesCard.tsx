import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Modal, Popconfirm, Select, TreeSelect } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { AssignmentNew, AssignmentView, PersonView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { useFormat } from "@/format/useFormat";
import styles from "../admin.module.css";
import { Refused } from "../Refused";
import { useDepartmentTree, useRoles } from "../useOrganisation";

/** The roles of a person, each in a department's subtree or in the whole company. */
export function RolesCard({ person }: { person: PersonView }) {
  const { t } = useTranslation("admin");
  const may = useMay();
  const [giving, setGiving] = useState(false);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("roles.title")}</h2>
        {may("people.manage") && (
          <Button size="small" onClick={() => setGiving(true)}>
            {t("roles.give")}
          </Button>
        )}
      </div>
      {person.roles.length === 0 && (
        <EmptyState compact title={t("roles.noneTitle")} hint={t("roles.noneHint")} />
      )}
      <ul className={styles.list}>
        {person.roles.map((role) => (
          <Row key={role.id} username={person.username} role={role} />
        ))}
      </ul>
      {giving && <Give username={person.username} onClose={() => setGiving(false)} />}
    </section>
  );
}

function useRefresh() {
  const queries = useQueryClient();
  return () => {
    for (const key of ["people", "roles"]) void queries.invalidateQueries({ queryKey: [key] });
  };
}

function Row({ username, role }: { username: string; role: AssignmentView }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const format = useFormat();
  const refresh = useRefresh();
  const take = useMutation({
    mutationFn: () =>
      answer(
        api.DELETE("/api/v1/people/{username}/roles/{assignment}", {
          params: { path: { username, assignment: role.id } },
        }),
      ),
    onSuccess: refresh,
  });
  return (
    <li className={styles.item}>
      <span>
        <strong>{pick(role.role_name)}</strong>{" "}
        <span className="soft">{role.department_name ? pick(role.department_name) : t("roles.company")}</span>
        <div className="small faint">
          {role.assigned_by || t("roles.system")} · {format.momentDay(role.assigned_at)}
        </div>
        <Refused error={take.error} />
      </span>
      {may("people.manage") && (
        <Popconfirm
          title={t("roles.takeAsk")}
          description={t("roles.takeHint")}
          okText={t("roles.take")}
          cancelText={t("cancel")}
          onConfirm={() => take.mutate()}
        >
          <Button size="small" danger loading={take.isPending}>
            {t("roles.take")}
          </Button>
        </Popconfirm>
      )}
    </li>
  );
}

function Give({ username, onClose }: { username: string; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const [form] = Form.useForm<AssignmentNew>();
  const roles = useRoles();
  const tree = useDepartmentTree();
  const refresh = useRefresh();
  const give = useMutation({
    mutationFn: ({ role, department }: AssignmentNew) =>
      answer(
        api.POST("/api/v1/people/{username}/roles", {
          params: { path: { username } },
          body: { role, department: department ?? null },
        }),
      ),
    onSuccess: () => {
      refresh();
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("roles.give")}
      okText={t("roles.give")}
      cancelText={t("cancel")}
      confirmLoading={give.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={give.mutate}>
        <Form.Item
          name="role"
          label={t("roles.role")}
          rules={[{ required: true, message: t("roles.needRole") }]}
        >
          <Select options={roles.data?.map((role) => ({ value: role.code, label: pick(role.name) }))} />
        </Form.Item>
        <Form.Item name="department" label={t("roles.where")} extra={t("roles.whereHint")}>
          <TreeSelect treeData={tree} treeDefaultExpandAll allowClear placeholder={t("roles.company")} />
        </Form.Item>
        <Refused error={give.error} />
      </Form>
    </Modal>
  );
}
