import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { TokenView } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "../admin.module.css";
import { Refused } from "../Refused";

/** The API tokens of a person: seen and revoked here, made by their owner only. */
export function TokensCard({ username, mayRevoke }: { username: string; mayRevoke: boolean }) {
  const { t } = useTranslation("admin");
  const tokens = useQuery({
    queryKey: ["tokens", username],
    queryFn: () => answer(api.GET("/api/v1/tokens", { params: { query: { username } } })),
  });
  return (
    <section className="card">
      <h2>{t("tokens.title")}</h2>
      {tokens.isPending && <RowsSkeleton rows={2} />}
      {tokens.isError && <ErrorState compact error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && (
        <EmptyState compact title={t("tokens.noneTitle")} hint={t("tokens.noneHint")} />
      )}
      <ul className={styles.list}>
        {tokens.data?.map((token) => (
          <Row key={token.id} token={token} mayRevoke={mayRevoke} />
        ))}
      </ul>
    </section>
  );
}

function Row({ token, mayRevoke }: { token: TokenView; mayRevoke: boolean }) {
  const { t } = useTranslation("admin");
  const format = useFormat();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/tokens/{token}", { params: { path: { token: token.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
  const active = token.state === "active";
  return (
    <li className={styles.item}>
      <span>
        <strong>{token.name}</strong> <code className="faint">{token.prefix}…</code>{" "}
        <StatusTag tone={active ? "good" : "neutral"}>{t(`tokens.${token.state}`)}</StatusTag>
        <div className="small faint">
          {token.scopes.join(", ")} · {t("tokens.expires", { at: format.momentDay(token.expires_at) })} ·{" "}
          {token.last_used_at ? t("tokens.used", { at: format.ago(token.last_used_at) }) : t("tokens.unused")}
        </div>
        <Refused error={revoke.error} />
      </span>
      {mayRevoke && active && (
        <Popconfirm
          title={t("tokens.revokeAsk")}
          okText={t("tokens.revoke")}
          cancelText={t("cancel")}
          onConfirm={() => revoke.mutate()}
        >
          <Button size="small" danger loading={revoke.isPending}>
            {t("tokens.revoke")}
          </Button>
        </Popconfirm>
      )}
    </li>
  );
}
