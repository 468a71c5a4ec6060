import "./words";
import { CheckOutlined, CloudSyncOutlined, DeleteOutlined, WarningOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, ConfigProvider, Popconfirm, Segmented } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { DraftView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { ConflictNote } from "./ConflictNote";
import styles from "./definition.module.css";
import { savingOf } from "./draftState";
import { Preview } from "./Preview";
import { STEPS, type Step, stepOf, textAt, typeOf } from "./raw";
import { domainNodes, useDomains } from "./sources";
import { ApprovalStep } from "./steps/ApprovalStep";
import { CaliberStep } from "./steps/CaliberStep";
import { FormulaStep } from "./steps/FormulaStep";
import { MetadataStep } from "./steps/MetadataStep";
import { RequirementStep } from "./steps/RequirementStep";
import { SourceStep } from "./steps/SourceStep";
import { forgetUnsaved } from "./unsaved";
import { type Checked, useCheck } from "./useCheck";
import { type Draft, draftKey, useDraft } from "./useDraft";
import { useWizard, type Wizard, WizardContext } from "./wizard";
import { YamlView } from "./YamlView";

/** Define a metric without code, in six steps; everything typed is kept. */
export default function WizardPage() {
  const { t } = useTranslation("definition");
  const { id = "" } = useParams();
  const draft = useQuery({
    queryKey: draftKey(id),
    queryFn: () => answer(api.GET("/api/v1/drafts/{draft_id}", { params: { path: { draft_id: id } } })),
    // The page holds the newer text from here on.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (draft.isPending) return <PageSkeleton />;
  if (draft.isError) {
    const toDrafts = (
      <LinkButton to="/drafts" type="primary">
        {t("drafts.toDrafts")}
      </LinkButton>
    );
    return <ErrorState error={draft.error} onRetry={() => void draft.refetch()} action={toDrafts} />;
  }
  return <Opened key={id} stored={draft.data} />;
}

function Opened({ stored }: { stored: DraftView }) {
  const draft = useDraft(stored);
  const { state, set, write } = draft;
  const domains = useDomains();
  const anyDomain = domainNodes(domains.data ?? [])[0]?.code ?? "";
  const checked = useCheck(state.raw, anyDomain);
  const locked = state.stored.state !== "open";
  const left = useLeft(stored.base_version !== null);
  const wizard = useMemo<Wizard>(
    () => ({ raw: state.raw, stored: state.stored, checked, epoch: state.epoch, locked, left, set, write }),
    [state.raw, state.stored, state.epoch, checked, locked, left, set, write],
  );
  const saving = savingOf(state);
  useEffect(() => {
    if (saving === "saved") return;
    // What was typed is kept in this browser, but the person is asked before it leaves the page half saved.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    if (saving === "conflict") window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [saving]);
  return (
    <WizardContext value={wizard}>
      <div className={`page ${styles.wizard}`}>
        <Head draft={draft} />
        {state.theirs && <ConflictNote draft={draft} theirs={state.theirs} />}
        {state.stored.base_moved && !locked && <MovedNote draft={draft} />}
        <Body saving={saving} />
      </div>
    </WizardContext>
  );
}

/** The steps that were left once; of a change, and at the last step, all of them. */
function useLeft(all: boolean): ReadonlySet<Step> {
  const [params] = useSearchParams();
  const step = STEPS.find((name) => name === params.get("step")) ?? "requirement";
  const [left, setLeft] = useState<ReadonlySet<Step>>(() => new Set(all ? STEPS : []));
  useEffect(() => {
    if (step === "approval") setLeft(new Set(STEPS));
    return () => setLeft((before) => new Set([...before, step]));
  }, [step]);
  return left;
}

function Body({ saving }: { saving: ReturnType<typeof savingOf> }) {
  const { t } = useTranslation("definition");
  const [params, setParams] = useSearchParams();
  const { checked, locked } = useWizard();
  const step = STEPS.find((name) => name === params.get("step")) ?? "requirement";
  const isText = params.get("view") === "yaml";
  const go = (next: Step) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.set("step", next);
      after.delete("view");
      return after;
    });
  return (
    <ConfigProvider componentDisabled={locked}>
      <StepList step={isText ? null : step} checked={checked} onChoose={go} />
      <div className={styles.body}>
        <section className={`card ${styles.form}`} aria-labelledby="step-title">
          <h2 id="step-title">{isText ? t("yaml.title") : t(`step.${step}`)}</h2>
          <p className="soft">{isText ? t("yaml.lead") : t(`lead.${step}`)}</p>
          {isText ? <YamlView /> : <StepBody step={step} isSaved={saving === "saved"} />}
          {!isText && <Turn step={step} onChoose={go} />}
        </section>
        <Preview />
      </div>
    </ConfigProvider>
  );
}

function StepBody({ step, isSaved }: { step: Step; isSaved: boolean }) {
  switch (step) {
    case "requirement":
      return <RequirementStep />;
    case "caliber":
      return <CaliberStep />;
    case "source":
      return <SourceStep />;
    case "formula":
      return <FormulaStep />;
    case "metadata":
      return <MetadataStep />;
    case "approval":
      return <ApprovalStep isSaved={isSaved} />;
  }
}

function Turn({ step, onChoose }: { step: Step; onChoose: (step: Step) => void }) {
  const { t } = useTranslation("definition");
  const at = STEPS.indexOf(step);
  const before = STEPS[at - 1];
  const after = STEPS[at + 1];
  return (
    <div className={styles.turn}>
      {before ? (
        <Button disabled={false} onClick={() => onChoose(before)}>
          {t("turn.back", { step: t(`step.${before}`) })}
        </Button>
      ) : (
        <span />
      )}
      {after && (
        <Button disabled={false} type="primary" onClick={() => onChoose(after)}>
          {t("turn.next", { step: t(`step.${after}`) })}
        </Button>
      )}
    </div>
  );
}

interface StepListProps {
  step: Step | null;
  checked: Checked;
  onChoose: (step: Step) => void;
}

/** The six steps; a dot where something is still wrong or missing. */
function StepList({ step, checked, onChoose }: StepListProps) {
  const { t } = useTranslation("definition");
  const list = useRef<HTMLOListElement>(null);
  const type = typeOf(useWizard().raw);
  useEffect(() => {
    const here = step && list.current?.children[STEPS.indexOf(step)];
    if (here instanceof HTMLElement && list.current)
      list.current.scrollLeft = here.offsetLeft - (list.current.clientWidth - here.clientWidth) / 2;
  }, [step]);
  return (
    <nav aria-label={t("step.label")}>
      <ol ref={list} className={styles.steps}>
        {STEPS.map((name, index) => {
          const faults = checked.faults.filter((fault) => stepOf(fault.field, type) === name).length;
          return (
            <li key={name}>
              <button
                type="button"
                className={name === step ? `${styles.step} ${styles.here}` : styles.step}
                aria-current={name === step ? "step" : undefined}
                onClick={() => onChoose(name)}
              >
                <span className={styles.number} aria-hidden="true">
                  {index + 1}
                </span>
                <span>{t(`step.${name}`)}</span>
                {faults > 0 && (
                  <span className={styles.dot} title={t("step.faults", { count: faults })}>
                    <span className="sr-only">{t("step.faults", { count: faults })}</span>
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Head({ draft }: { draft: Draft }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const pick = usePick();
  const { person } = useSession();
  const [params, setParams] = useSearchParams();
  const { raw, stored } = draft.state;
  const locked = stored.state !== "open";
  const view = params.get("view") === "yaml" ? "yaml" : "form";
  const show = (next: string) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (next === "yaml") after.set("view", "yaml");
      else after.delete("view");
      return after;
    });
  return (
    <PageHeader
      crumbs={[{ label: t("drafts.title"), to: "/drafts" }]}
      title={pick(raw.name as { zh?: string; en?: string }) || t("wizard.untitled")}
      beside={
        <>
          <StatusTag>{app(`metricType.${typeOf(raw) ?? "unknown"}`)}</StatusTag>
          <StatusTag tone="accent">
            {stored.base_version === null
              ? t("wizard.new")
              : t("wizard.changes", { code: stored.code, version: stored.base_version })}
          </StatusTag>
          {locked ? <StatusTag tone="warn">{t("wizard.inReview")}</StatusTag> : <SavedNote draft={draft} />}
        </>
      }
      below={textAt(raw, "code") && <code className="faint">{textAt(raw, "code")}</code>}
      actions={
        <>
          <Segmented
            aria-label={t("wizard.view")}
            value={view}
            onChange={show}
            options={[
              { value: "form", label: t("wizard.form") },
              { value: "yaml", label: t("wizard.yaml") },
            ]}
          />
          {!locked && stored.author.username === person.username && <Discard stored={stored} />}
          {locked && <LinkButton to="/governance?box=mine">{t("wizard.toChange")}</LinkButton>}
        </>
      }
    />
  );
}

function SavedNote({ draft }: { draft: Draft }) {
  const { t } = useTranslation("definition");
  const saving = savingOf(draft.state);
  const icons = {
    saved: <CheckOutlined />,
    saving: <CloudSyncOutlined />,
    waiting: <CloudSyncOutlined />,
    failed: <WarningOutlined />,
    conflict: <WarningOutlined />,
  };
  return (
    <span
      className={`small ${saving === "failed" ? styles.failed : "faint"} ${styles.saved}`}
      role="status"
      data-saving={saving}
    >
      {icons[saving]} {t(`saving.${saving}`)}
    </span>
  );
}

function Discard({ stored }: { stored: DraftView }) {
  const { t } = useTranslation("definition");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { person } = useSession();
  const discard = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/drafts/{draft_id}", { params: { path: { draft_id: stored.id } } })),
    onSuccess: () => {
      forgetUnsaved(person.username, stored.id);
      void queries.invalidateQueries({ queryKey: ["drafts"], refetchType: "none" });
      void navigate("/drafts");
    },
  });
  return (
    <Popconfirm
      title={t("discard.ask")}
      description={t("discard.hint")}
      okText={t("discard.yes")}
      cancelText={t("discard.no")}
      okButtonProps={{ danger: true, loading: discard.isPending }}
      onConfirm={() => discard.mutateAsync()}
    >
      <Button icon={<DeleteOutlined />} aria-label={t("discard.label")} title={t("discard.label")} />
    </Popconfirm>
  );
}

/** A newer version was published since: the draft is put on top of it, its content stays. */
function MovedNote({ draft }: { draft: Draft }) {
  const { t } = useTranslation("definition");
  const { id } = draft.state.stored;
  const rebase = useMutation({
    mutationFn: async () => {
      await draft.save();
      return answer(api.POST("/api/v1/drafts/{draft_id}/rebase", { params: { path: { draft_id: id } } }));
    },
    onSuccess: (view) => draft.tell({ kind: "replaced", view }),
  });
  return (
    <div className={styles.note} role="alert">
      <p>{t("moved.text")}</p>
      <Button loading={rebase.isPending} onClick={() => rebase.mutate()}>
        {t("moved.rebase")}
      </Button>
      {rebase.isError && <ErrorState error={rebase.error} compact onRetry={() => rebase.mutate()} />}
    </div>
  );
}
