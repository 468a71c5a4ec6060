import { CheckCircleFilled, CloseCircleFilled, SafetyCertificateOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { Verdict } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useTold } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { useFormat } from "@/format/useFormat";
import styles from "./audit.module.css";

/** Recompute the chain of the whole trail and hold it against the signed checkpoints. */
export function VerifyCard() {
  const { t } = useTranslation("audit");
  const check = useMutation({ mutationFn: () => answer(api.GET("/api/v1/audit/verify")) });
  const told = useTold(check.error);
  return (
    <section className="card stack" aria-live="polite">
      <div className={styles.verdict}>
        <div>
          <h2>{t("verify.title")}</h2>
          <p className="small soft">{t("verify.hint")}</p>
        </div>
        <Button icon={<SafetyCertificateOutlined />} loading={check.isPending} onClick={() => check.mutate()}>
          {t("verify.run")}
        </Button>
      </div>
      {check.isError && <Alert type="error" showIcon title={told.title} description={told.remedy} />}
      {check.data && <Outcome verdict={check.data} />}
    </section>
  );
}

function Outcome({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("audit");
  const pick = usePick();
  const format = useFormat();
  const entries = format.count(verdict.entries);
  return (
    <>
      {verdict.intact ? (
        <p className={styles.intact}>
          <CheckCircleFilled /> {t("verify.intact", { entries })}
        </p>
      ) : (
        <Alert
          type="error"
          showIcon
          icon={<CloseCircleFilled />}
          title={t("verify.broken", { seq: verdict.first_break?.seq ?? 0 })}
          description={pick(verdict.first_break?.text)}
        />
      )}
      <Facts
        facts={[
          [t("verify.checked"), format.moment(verdict.checked_at)],
          [
            t("verify.last"),
            <code key="last" className={styles.hash}>
              {verdict.last_hash}
            </code>,
          ],
          [
            t("verify.checkpoint"),
            verdict.checkpoint
              ? t("verify.checkpointAt", {
                  seq: verdict.checkpoint.seq,
                  at: format.moment(verdict.checkpoint.at),
                  key: verdict.checkpoint.key,
                })
              : t("verify.noCheckpoint"),
          ],
        ]}
      />
    </>
  );
}
