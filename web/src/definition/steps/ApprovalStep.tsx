import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Input } from "antd";
import dayjs from "dayjs";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { Simulation } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { ErrorState, useTold } from "@/components/ErrorState";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Differences } from "@/governance/Differences";
import { CLASS_TONES } from "@/governance/look";
import "@/governance/words";
import styles from "../definition.module.css";
import { Field } from "../Field";
import { PeoplePicker, PersonPicker } from "../pickers";
import { textAt } from "../raw";
import { forgetForm, keepForm, readForm, type SubmitForm } from "../submitForm";
import { draftKey } from "../useDraft";
import { useWizard } from "../wizard";

/** Who answers for the metric, who will decide, and the request itself. */
export function ApprovalStep({ isSaved }: { isSaved: boolean }) {
  const { t } = useTranslation("definition");
  const { raw, set, checked, stored, locked } = useWizard();
  return (
    <>
      <div className={styles.pair}>
        {(["owner", "steward"] as const).map((path) => (
          <Field key={path} path={path} label={t(`approval.${path}`)} hint={t(`approval.${path}Hint`)}>
            {(id, isFaulty) => (
              <PersonPicker
                id={id}
                value={textAt(raw, path)}
                isFaulty={isFaulty}
                placeholder={t("approval.choosePerson")}
                onChange={(username) => set(path, username || undefined)}
              />
            )}
          </Field>
        ))}
      </div>
      {checked.faults.length > 0 ? (
        <p className={styles.waiting}>{t("approval.faultsFirst", { count: checked.faults.length })}</p>
      ) : (
        isSaved && !locked && !checked.isPending && <Expected key={stored.revision} />
      )}
      {!locked && <Request isReady={checked.faults.length === 0 && !checked.isPending && isSaved} />}
    </>
  );
}

/** What a submission would meet: what differs, its class, who would decide. */
function Expected() {
  const { t } = useTranslation("definition");
  const { stored } = useWizard();
  const pick = usePick();
  const simulation = useQuery({
    queryKey: ["simulate", stored.id, stored.revision],
    queryFn: () =>
      answer(api.POST("/api/v1/changes/simulate", { body: { draft_ids: [stored.id], co_authors: [] } })),
    retry: false,
  });
  if (simulation.isPending) return <RowsSkeleton rows={3} />;
  if (simulation.isError)
    return <ErrorState error={simulation.error} onRetry={() => void simulation.refetch()} compact />;
  const found = simulation.data;
  const differences = Object.values(found.differences).flat();
  return (
    <section className={styles.expected} aria-label={t("approval.expected")}>
      <div className="row">
        <h3>{t("approval.expected")}</h3>
        <StatusTag tone={CLASS_TONES[found.change_class]}>{pick(found.class_name)}</StatusTag>
      </div>
      {stored.base_version !== null && (
        <>
          <p className="small soft">{t("approval.against", { version: stored.base_version })}</p>
          {differences.length === 0 ? (
            <p className="soft">{t("approval.nothing")}</p>
          ) : (
            <Differences differences={differences} operation="update" />
          )}
        </>
      )}
      <Deciders simulation={found} />
    </section>
  );
}

function Deciders({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  return (
    <>
      {simulation.levels.map((level) => (
        <div key={level.key} className="row">
          <span className="soft">{t("approval.level", { name: pick(level.name) })}</span>
          {level.candidates.map((person) => (
            <PersonTag key={person.username} person={person} />
          ))}
        </div>
      ))}
      {simulation.blocked_because && (
        <p role="alert" className={styles.refused}>
          {pick(simulation.blocked_because)}
        </p>
      )}
      <p className="small faint">{t("approval.notYourself")}</p>
    </>
  );
}

function Request({ isReady }: { isReady: boolean }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const id = useId();
  const { stored, raw } = useWizard();
  const { person } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const name = pick(raw.name as { zh?: string; en?: string }) || stored.code;
  const [form, setForm] = useState<SubmitForm>(() => readForm(person.username, stored.id));
  useEffect(() => keepForm(person.username, stored.id, form), [form, person.username, stored.id]);
  const usualTitle = t(stored.base_version === null ? "approval.titleNew" : "approval.titleChange", { name });
  const submit = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/v1/changes", {
          body: {
            draft_ids: [stored.id],
            title: form.title.trim() || usualTitle,
            reason: form.reason.trim(),
            co_authors: form.coAuthors,
            effective_from: form.effectiveFrom,
            idempotency_key: form.key,
          },
        }),
      ),
    onSuccess: (change) => {
      forgetForm(person.username, stored.id);
      void queries.invalidateQueries({ queryKey: ["changes"] });
      void queries.invalidateQueries({ queryKey: ["drafts"] });
      queries.removeQueries({ queryKey: draftKey(stored.id) });
      void navigate(`/governance/changes/${change.id}`);
    },
  });
  const change = (part: Partial<SubmitForm>) => setForm((before) => ({ ...before, ...part }));
  return (
    <section className={styles.request} aria-label={t("approval.request")}>
      <h3>{t("approval.request")}</h3>
      <div className={styles.field}>
        <label className={styles.label} htmlFor={`${id}-title`}>
          {t("approval.title")}
        </label>
        <Input
          id={`${id}-title`}
          maxLength={200}
          value={form.title}
          placeholder={usualTitle}
          onChange={(event) => change({ title: event.target.value })}
        />
      </div>
      <div className={styles.field}>
        <label className={styles.label} htmlFor={`${id}-reason`}>
          {t("approval.reason")}
          <span className={styles.required} aria-hidden="true">
            *
          </span>
        </label>
        <Input.TextArea
          id={`${id}-reason`}
          maxLength={4000}
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={form.reason}
          placeholder={t("approval.reasonExample")}
          onChange={(event) => change({ reason: event.target.value })}
        />
      </div>
      <div className={styles.pair}>
        <div className={styles.field}>
          <label className={styles.label} htmlFor={`${id}-co`}>
            {t("approval.coAuthors")}
          </label>
          <PeoplePicker
            id={`${id}-co`}
            value={form.coAuthors}
            placeholder={t("approval.coAuthorsHint")}
            onChange={(coAuthors) => change({ coAuthors })}
          />
        </div>
        <div className={styles.field}>
          <label className={styles.label} htmlFor={`${id}-from`}>
            {t("approval.effective")}
          </label>
          <DatePicker
            id={`${id}-from`}
            className={styles.wide}
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            placeholder={t("approval.atOnce")}
            minDate={dayjs()}
            value={form.effectiveFrom ? dayjs(form.effectiveFrom) : null}
            onChange={(at) => change({ effectiveFrom: at ? at.toISOString() : null })}
          />
        </div>
      </div>
      {submit.isError && <Refused error={submit.error} />}
      <div className="row">
        <Button
          type="primary"
          loading={submit.isPending}
          disabled={!isReady || form.reason.trim() === ""}
          onClick={() => submit.mutate()}
        >
          {t("approval.submit")}
        </Button>
        {isReady && form.reason.trim() === "" && (
          <span className="small soft">{t("approval.reasonFirst")}</span>
        )}
      </div>
    </section>
  );
}

function Refused({ error }: { error: unknown }) {
  const told = useTold(error);
  return (
    <div role="alert" className={styles.refused}>
      <strong>{told.title}</strong>
      {told.remedy && <p>{told.remedy}</p>}
      {told.faults.map((fault) => (
        <p key={`${fault.field}/${fault.code}/${fault.title}`}>{fault.title}</p>
      ))}
    </div>
  );
}
