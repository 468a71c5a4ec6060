import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiError } from "@/api/problem";
import type { ChangeView, Refusal } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { useTold } from "@/components/ErrorState";
import styles from "./governance.module.css";
import { type Act, changeKey, useAct } from "./steps";

/** The decision on exactly what was read, or why it is not open to the reader. */
export function DecisionCard({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const id = useId();
  const [comment, setComment] = useState("");
  const act = useAct(change.id, () => setComment(""));
  const running = change.state === "pending" || change.state === "blocked";
  const { person } = useSession();
  const isMine = [change.requester, ...change.co_authors].some(
    ({ username }) => username === person.username,
  );
  const open = (running || change.state === "returned") && (isMine || change.can_decide);
  const decide = (decision: "approve" | "reject" | "return") =>
    act.mutate({ kind: "decide", decision, digest: change.digest, comment: comment.trim() });
  const blank = comment.trim() === "";
  return (
    <section className={`card ${styles.decision}`} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t(change.can_decide ? "decide.title" : "decide.state")}</h2>
      {!change.can_decide && <Outcome change={change} />}
      {change.blocked_because && running && (
        <p className={styles.warn} role="alert">
          {pick(change.blocked_because)}
        </p>
      )}
      {change.stale && (
        <p className={styles.warn} role="alert">
          {t("decide.stale")}
        </p>
      )}
      {open && (
        <div className={styles.field}>
          <label htmlFor={id}>{t("decide.comment")}</label>
          <Input.TextArea
            id={id}
            maxLength={4000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={comment}
            placeholder={t(change.can_decide ? "decide.commentHint" : "decide.remarkHint")}
            onChange={(event) => setComment(event.target.value)}
          />
        </div>
      )}
      {change.can_decide && (
        <>
          {!change.can_approve && change.why_not_approve && <Why refusal={change.why_not_approve} />}
          <div className={styles.decisions}>
            <Button
              type="primary"
              disabled={!change.can_approve}
              loading={is(act, "approve")}
              onClick={() => decide("approve")}
            >
              {t("decide.approve")}
            </Button>
            <Button disabled={blank} loading={is(act, "return")} onClick={() => decide("return")}>
              {t("decide.return")}
            </Button>
            <Button danger disabled={blank} loading={is(act, "reject")} onClick={() => decide("reject")}>
              {t("decide.reject")}
            </Button>
          </div>
          <p className="small faint">
            {t("decide.bound")} <code title={change.digest}>{change.digest.slice(0, 12)}</code>
          </p>
        </>
      )}
      <Others change={change} comment={comment} act={act} isMine={isMine} isOpen={open} />
      {act.isError && (
        <Failed change={change} error={act.error} isDecision={act.variables.kind === "decide"} />
      )}
    </section>
  );
}

function is(act: ReturnType<typeof useAct>, decision: string): boolean {
  return act.isPending && act.variables.kind === "decide" && act.variables.decision === decision;
}

/** Where the change stands, for somebody who has nothing to decide here. */
function Outcome({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const running = change.state === "pending" || change.state === "blocked";
  return (
    <>
      <p>{t(`outcome.${change.state}`)}</p>
      {running && change.why_not && <Why refusal={change.why_not} />}
      {change.publication === "published" && (
        <div className="row">
          {change.items
            .filter((item) => item.kind === "metric")
            .map((item) => (
              <Link key={item.code} to={`/metrics/${item.code}`}>
                {t("outcome.open", { code: item.code })}
              </Link>
            ))}
        </div>
      )}
    </>
  );
}

function Why({ refusal }: { refusal: Refusal }) {
  return (
    <div className={styles.why} data-code={refusal.code}>
      <strong>{refusal.title}</strong>
      {refusal.remedy && <p>{refusal.remedy}</p>}
    </div>
  );
}

interface OthersProps {
  change: ChangeView;
  comment: string;
  act: ReturnType<typeof useAct>;
  isMine: boolean;
  isOpen: boolean;
}

/** Steps besides the decision: remark, remind, withdraw, send again. */
function Others({ change, comment, act, isMine, isOpen }: OthersProps) {
  const { t } = useTranslation("governance");
  const text = comment.trim();
  const steps: { kind: Exclude<Act["kind"], "decide">; shown: boolean; disabled: boolean }[] = [
    { kind: "resubmit", shown: change.can_resubmit, disabled: false },
    { kind: "comment", shown: isOpen, disabled: text === "" },
    { kind: "remind", shown: change.can_remind, disabled: false },
    { kind: "withdraw", shown: change.can_withdraw, disabled: false },
  ];
  const shown = steps.filter((step) => step.shown);
  if (shown.length === 0) return null;
  return (
    <div className="row">
      {shown.map(({ kind, disabled }) => (
        <Button
          key={kind}
          type={kind === "resubmit" ? "primary" : "default"}
          disabled={disabled}
          loading={act.isPending && act.variables.kind === kind}
          onClick={() => act.mutate({ kind, comment: text })}
        >
          {t(`step.${kind}`)}
        </Button>
      ))}
      {change.state === "returned" && isMine && <Link to="/drafts">{t("step.toDrafts")}</Link>}
    </div>
  );
}

interface FailedProps {
  change: ChangeView;
  error: unknown;
  isDecision: boolean;
}

/** Why a step was refused. When the content moved on, what was read is not what would be decided: read again. */
function Failed({ change, error, isDecision }: FailedProps) {
  const { t } = useTranslation("governance");
  const queries = useQueryClient();
  const told = useTold(error);
  const moved = isDecision && error instanceof ApiError && error.status === 409;
  return (
    <div role="alert" className={styles.failed}>
      <strong>{told.title}</strong>
      {told.remedy && <p>{told.remedy}</p>}
      {moved && (
        <Button
          size="small"
          onClick={() => void queries.invalidateQueries({ queryKey: changeKey(change.id) })}
        >
          {t("decide.reload")}
        </Button>
      )}
    </div>
  );
}
