import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, InputNumber, Modal, Popconfirm, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { TokenNew, TokenSecret, TokenView } from "@/api/schema";
import { useSession } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState, useTold } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { permissionWord } from "../permissionWord";
import styles from "./account.module.css";

const KEY = ["account", "tokens"] as const;
const USUAL_DAYS = 90;
const MOST_DAYS = 366;

export function TokensCard() {
  const { t } = useTranslation("identity");
  const { person } = useSession();
  const [making, setMaking] = useState(false);
  const tokens = useQuery({
    queryKey: KEY,
    queryFn: () => answer(api.GET("/api/v1/tokens", { params: { query: { username: person.username } } })),
  });
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("tokens.title")}</h2>
        <Button size="small" type="primary" onClick={() => setMaking(true)}>
          {t("tokens.create")}
        </Button>
      </div>
      <p className="small soft">{t("tokens.hint")}</p>
      {tokens.isPending && <RowsSkeleton rows={2} />}
      {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} compact />}
      {tokens.data?.length === 0 && (
        <EmptyState compact title={t("tokens.emptyTitle")} hint={t("tokens.emptyHint")} />
      )}
      <ul className={styles.list}>
        {tokens.data?.map((token) => (
          <Row key={token.id} token={token} />
        ))}
      </ul>
      {making && <Create onClose={() => setMaking(false)} />}
    </section>
  );
}

const TONES = { active: "good", expired: "neutral", revoked: "neutral" } as const;

function Row({ token }: { token: TokenView }) {
  const { t } = useTranslation("identity");
  const format = useFormat();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/tokens/{token}", { params: { path: { token: token.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const used = token.last_used_at
    ? `${t("tokens.used")} ${format.ago(token.last_used_at)}`
    : t("tokens.never");
  return (
    <li className={styles.item}>
      <span className="ellipsis">
        <strong>{token.name}</strong> <code className="faint">{token.prefix}…</code>
      </span>
      <span className="row">
        {token.scopes.map((scope) => (
          <StatusTag key={scope}>{t(permissionWord(scope))}</StatusTag>
        ))}
      </span>
      <span className="small faint">
        {t("tokens.expires")} {format.momentDay(token.expires_at)} · {used}
      </span>
      {token.state === "active" ? (
        <Popconfirm
          title={t("tokens.revokeAsk")}
          okText={t("tokens.revoke")}
          cancelText={t("tokens.cancel")}
          onConfirm={() => revoke.mutate()}
        >
          <Button size="small" danger loading={revoke.isPending}>
            {t("tokens.revoke")}
          </Button>
        </Popconfirm>
      ) : (
        <StatusTag tone={TONES[token.state]}>{t(`tokens.state.${token.state}`)}</StatusTag>
      )}
    </li>
  );
}

function Create({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("identity");
  const queries = useQueryClient();
  const { permissions } = useSession();
  const [form] = Form.useForm<TokenNew>();
  const make = useMutation({
    mutationFn: (body: TokenNew) => answer(api.POST("/api/v1/tokens", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const told = useTold(make.error);
  if (make.data) return <Secret token={make.data} onClose={onClose} />;
  return (
    <Modal
      open
      title={t("tokens.create")}
      okText={t("tokens.submit")}
      cancelText={t("tokens.cancel")}
      confirmLoading={make.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {make.isError && <Alert type="error" showIcon title={told.title} description={told.remedy} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ scopes: ["metric.read"], days: USUAL_DAYS }}
        onFinish={make.mutate}
      >
        <Form.Item
          name="name"
          label={t("tokens.name")}
          rules={[{ required: true, message: t("tokens.needName") }]}
        >
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <Form.Item
          name="scopes"
          label={t("tokens.scopes")}
          rules={[{ required: true, message: t("tokens.needScopes") }]}
        >
          <Select
            mode="multiple"
            options={permissions.map((value) => ({ value, label: t(permissionWord(value)) }))}
          />
        </Form.Item>
        <Form.Item name="days" label={t("tokens.days")}>
          <InputNumber min={1} max={MOST_DAYS} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** The only time that the secret is shown. */
function Secret({ token, onClose }: { token: TokenSecret; onClose: () => void }) {
  const { t } = useTranslation("identity");
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(token.secret);
    void message.success(t("tokens.copied"));
  };
  return (
    <Modal
      open
      title={t("tokens.secretTitle")}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={[
        <Button key="copy" onClick={() => void copy()}>
          {t("tokens.copy")}
        </Button>,
        <Button key="close" type="primary" onClick={onClose}>
          {t("tokens.close")}
        </Button>,
      ]}
    >
      <p className="soft">{t("tokens.secretHint")}</p>
      <pre className={styles.secret}>{token.secret}</pre>
    </Modal>
  );
}
