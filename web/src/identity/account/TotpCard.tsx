import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import {
  activateTotp,
  deactivateTotp,
  newTotpSecret,
  readAuthenticators,
  readRecoveryCodes,
  type TotpSecret,
} from "../auth";
import { useFormWords } from "../useFormWords";
import styles from "./account.module.css";
import { QrCode } from "./QrCode";
import { useConfirmed } from "./useConfirmed";

const KEY = ["account", "authenticators"] as const;

export function TotpCard() {
  const { t } = useTranslation("identity");
  const found = useQuery({ queryKey: KEY, queryFn: readAuthenticators });
  const on = found.data?.some((authenticator) => authenticator.type === "totp") ?? false;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("totp.title")}</h2>
        {found.data && <StatusTag tone={on ? "good" : "neutral"}>{t(on ? "totp.on" : "totp.off")}</StatusTag>}
      </div>
      {found.isPending && <RowsSkeleton rows={2} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} compact />}
      {found.data && (on ? <SwitchedOn /> : <SwitchedOff />)}
    </section>
  );
}

function SwitchedOff() {
  const { t } = useTranslation("identity");
  const { run, dialog } = useConfirmed();
  const [secret, setSecret] = useState<TotpSecret | null>(null);
  const start = useMutation({ mutationFn: () => run(async () => setSecret(await newTotpSecret())) });
  return (
    <div className="stack">
      <p className="soft">{t("totp.hint")}</p>
      {secret ? (
        <SetUp secret={secret} onClose={() => setSecret(null)} />
      ) : (
        <div>
          <Button loading={start.isPending} onClick={() => start.mutate()}>
            {t("totp.start")}
          </Button>
        </div>
      )}
      {start.isError && <ErrorState error={start.error} onRetry={() => start.mutate()} compact />}
      {dialog}
    </div>
  );
}

function SetUp({ secret, onClose }: { secret: TotpSecret; onClose: () => void }) {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const queries = useQueryClient();
  const { run, dialog } = useConfirmed();
  const activate = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      run(async () => {
        await activateTotp(code.trim());
        await queries.invalidateQueries({ queryKey: KEY });
      }),
  });
  return (
    <div className={styles.setUp}>
      <QrCode text={secret.totp_url} label={t("totp.qr")} />
      <Form layout="vertical" requiredMark={false} onFinish={activate.mutate} className={styles.narrow}>
        <p className="soft">{t("totp.scan")}</p>
        <p>
          <code>{secret.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        </p>
        {activate.isError && <Alert type="error" showIcon title={words(activate.error, t("totp.refused"))} />}
        <Form.Item name="code" label={t("totp.label")} rules={[{ required: true, message: t("code.need") }]}>
          <Input inputMode="numeric" autoComplete="one-time-code" autoFocus className="mono" />
        </Form.Item>
        <div className="row">
          <Button type="primary" htmlType="submit" loading={activate.isPending}>
            {t("totp.activate")}
          </Button>
          <Button onClick={onClose}>{t("totp.cancel")}</Button>
        </div>
      </Form>
      {dialog}
    </div>
  );
}

function SwitchedOn() {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const queries = useQueryClient();
  const { run, dialog } = useConfirmed();
  const [codes, setCodes] = useState<string[] | null>(null);
  const show = useMutation({ mutationFn: () => run(async () => setCodes(await readRecoveryCodes())) });
  const stop = useMutation({
    mutationFn: () =>
      run(async () => {
        await deactivateTotp();
        await queries.invalidateQueries({ queryKey: KEY });
      }),
  });
  const failed = show.error ?? stop.error;
  return (
    <div className="stack">
      <p className="soft">{t("totp.hint")}</p>
      <div className="row">
        <Button loading={show.isPending} onClick={() => show.mutate()}>
          {t("totp.showCodes")}
        </Button>
        <Popconfirm
          title={t("totp.stopAsk")}
          okText={t("totp.stop")}
          cancelText={t("totp.cancel")}
          onConfirm={() => stop.mutate()}
        >
          <Button danger loading={stop.isPending}>
            {t("totp.stop")}
          </Button>
        </Popconfirm>
      </div>
      {failed && <Alert type="error" showIcon title={words(failed, t("totp.refused"))} />}
      {codes && (
        <div>
          <h3>{t("totp.codes")}</h3>
          <p className="small soft">{t("totp.codesHint")}</p>
          <ul className={styles.codes}>
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {dialog}
    </div>
  );
}
