import "./words";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { usePick } from "@/app/i18n/text";
import { useTold } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import styles from "./definition.module.css";
import { DimensionPicker, MetricPicker } from "./pickers";
import { blankDefinition, METRIC_TYPES, type Raw, withValue } from "./raw";
import { useMetric } from "./sources";
import { TemplatePicture } from "./TemplatePicture";
import { TEMPLATE_GROUPS, type Template, type TemplateWord } from "./templates";
import { useChangeMetric } from "./useChangeMetric";
import { draftKey } from "./useDraft";

/** Begin: from a template, from nothing, or from a metric that is in force. */
export default function NewDraftPage() {
  const { t } = useTranslation("definition");
  const begin = useBegin();
  return (
    <div className="page">
      <PageHeader
        crumbs={[{ label: t("drafts.title"), to: "/drafts" }]}
        title={t("new.title")}
        below={t("new.below")}
      />
      {begin.isError && <Refused error={begin.error} />}
      <Templates begin={begin} />
      <div className="two">
        <Blank begin={begin} />
        <FromPublished />
      </div>
    </div>
  );
}

function useBegin() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (raw: Raw) => answer(api.POST("/api/v1/drafts", { body: { raw } })),
    onSuccess: (draft) => {
      queries.setQueryData(draftKey(draft.id), draft);
      void navigate(`/drafts/${draft.id}`);
    },
  });
}

type Begin = ReturnType<typeof useBegin>;

function Templates({ begin }: { begin: Begin }) {
  const { t } = useTranslation("definition");
  const [chosen, choose] = useState<Template | null>(null);
  const open = (template: Template) => {
    if (template.slots.length === 0) begin.mutate(template.write("", ""));
    else choose(template === chosen ? null : template);
  };
  return (
    <section className="card" aria-labelledby="templates">
      <h2 id="templates">{t("new.templates")}</h2>
      <p className="soft">{t("new.templatesHint")}</p>
      {TEMPLATE_GROUPS.map(({ group, templates }) => (
        <div key={group} className={styles.templateGroup}>
          <h3>{t(`templateGroup.${group}`)}</h3>
          <ul className={styles.templates}>
            {templates.map((template) => (
              <li key={template.word}>
                <button
                  type="button"
                  className={template === chosen ? `${styles.template} ${styles.on}` : styles.template}
                  aria-expanded={template.slots.length > 0 ? template === chosen : undefined}
                  onClick={() => open(template)}
                >
                  <TemplatePicture word={template.word} />
                  <span className={styles.templateWords}>
                    <strong>{t(`template.${template.word}.name`)}</strong>
                    <span className="small soft">{t(`template.${template.word}.what`)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {chosen && templates.some(({ word }) => word === chosen.word) && (
            <Slots key={chosen.word} template={chosen} begin={begin} />
          )}
        </div>
      ))}
    </section>
  );
}

/** The published metrics that a template is written over, and the dimension where it takes one. */
function Slots({ template, begin }: { template: Template; begin: Begin }) {
  const { t } = useTranslation("definition");
  const [one, setOne] = useState("");
  const [other, setOther] = useState("");
  const ready = one !== "" && (template.slots.length < 2 || other !== "");
  const domain = useMetric(one).data?.definition;
  const start = () => {
    const raw = template.write(one, other);
    begin.mutate(domain?.kind === "metric" ? withValue(raw, "domain", domain.domain) : raw);
  };
  return (
    <div className={styles.slots}>
      {template.slots.map(({ name, kind }) => {
        const [value, change] = name === "one" ? [one, setOne] : [other, setOther];
        return (
          <div key={name} className={styles.field}>
            <label className={styles.label} htmlFor={`slot-${name}`}>
              {slotWord(t, template.word, name)}
            </label>
            {kind === "metric" ? (
              <MetricPicker id={`slot-${name}`} value={value} onChange={change} />
            ) : (
              <DimensionPicker id={`slot-${name}`} metric={one} value={value} onChange={change} />
            )}
          </div>
        );
      })}
      <Button type="primary" disabled={!ready} loading={begin.isPending} onClick={start}>
        {t("new.start")}
      </Button>
    </div>
  );
}

/** What a slot is for, where that is more than the metric to begin with. */
function slotWord(t: TFunction<"definition">, word: TemplateWord, slot: "one" | "other"): string {
  switch (word) {
    case "ratio":
    case "difference":
    case "target":
    case "funnel":
    case "perEach":
      return t(`slot.${word}.${slot}`);
    case "variant":
      return t("slot.variant");
    default:
      return t("slot.base");
  }
}

function Blank({ begin }: { begin: Begin }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  return (
    <section className="card stack" aria-labelledby="blank">
      <div>
        <h2 id="blank">{t("new.blank")}</h2>
        <p className="soft">{t("new.blankHint")}</p>
      </div>
      <ul className={styles.blank}>
        {METRIC_TYPES.map((type) => (
          <li key={type}>
            <Button
              block
              disabled={begin.isPending}
              onClick={() => begin.mutate({ kind: "metric", definition: blankDefinition(type) })}
            >
              {app(`metricType.${type}`)}
            </Button>
            <span className="small soft">{t(`source.types.${type}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FromPublished() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const [code, setCode] = useState("");
  const metric = useMetric(code);
  const begin = useChangeMetric(code);
  return (
    <section className="card stack" aria-labelledby="published">
      <div>
        <h2 id="published">{t("new.change")}</h2>
        <p className="soft">{t("new.changeHint")}</p>
      </div>
      <MetricPicker value={code} onChange={setCode} label={t("new.change")} />
      {metric.data?.definition.kind === "metric" && (
        <p className={styles.quote}>{pick(metric.data.definition.caliber) || pick(metric.data.name)}</p>
      )}
      {begin.isError && <Refused error={begin.error} />}
      <div>
        <Button
          type="primary"
          disabled={code === ""}
          loading={begin.isPending}
          onClick={() => begin.mutate()}
        >
          {t("new.newVersion")}
        </Button>
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
    </div>
  );
}
