import "./words";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { usePick } from "@/app/i18n/text";
import { useTold } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { StatusTag } from "@/components/StatusTag";
import styles from "./definition.module.css";
import { MetricPicker } from "./pickers";
import { blankDefinition, type MetricType, type Raw, withValue } from "./raw";
import { useMetric } from "./sources";
import { TEMPLATES, type Template } from "./templates";
import { useChangeMetric } from "./useChangeMetric";
import { draftKey } from "./useDraft";

const TYPES: readonly MetricType[] = ["atomic", "derived", "composite"];

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
  const { t: app } = useTranslation();
  const [chosen, choose] = useState<Template | null>(null);
  const open = (template: Template) => {
    if (template.metrics === 0) begin.mutate(template.write("", ""));
    else choose(template === chosen ? null : template);
  };
  return (
    <section className="card" aria-labelledby="templates">
      <h2 id="templates">{t("new.templates")}</h2>
      <p className="soft">{t("new.templatesHint")}</p>
      <ul className={styles.templates}>
        {TEMPLATES.map((template) => (
          <li key={template.word}>
            <button
              type="button"
              className={template === chosen ? `${styles.template} ${styles.on}` : styles.template}
              aria-expanded={template.metrics > 0 ? template === chosen : undefined}
              onClick={() => open(template)}
            >
              <span className={styles.templateHead}>
                <strong>{t(`template.${template.word}.name`)}</strong>
                <StatusTag>{app(`metricType.${template.type}`)}</StatusTag>
              </span>
              <span className="small soft">{t(`template.${template.word}.what`)}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen && <Slots key={chosen.word} template={chosen} begin={begin} />}
    </section>
  );
}

/** The published metrics that a template is written over. */
function Slots({ template, begin }: { template: Template; begin: Begin }) {
  const { t } = useTranslation("definition");
  const [one, setOne] = useState("");
  const [other, setOther] = useState("");
  const two = template.metrics === 2;
  const ready = one !== "" && (!two || other !== "");
  const domain = useMetric(one).data?.definition;
  const start = () => {
    const raw = template.write(one, other);
    begin.mutate(domain?.kind === "metric" ? withValue(raw, "domain", domain.domain) : raw);
  };
  const slots = two ? (["one", "other"] as const) : (["one"] as const);
  return (
    <div className={styles.slots}>
      {slots.map((slot) => (
        <div key={slot} className={styles.field}>
          <label className={styles.label} htmlFor={`slot-${slot}`}>
            {t(`slot.${template.word}.${slot}` as "slot.ratio.one")}
          </label>
          <MetricPicker
            id={`slot-${slot}`}
            value={slot === "one" ? one : other}
            onChange={slot === "one" ? setOne : setOther}
          />
        </div>
      ))}
      <Button type="primary" disabled={!ready} loading={begin.isPending} onClick={start}>
        {t("new.start")}
      </Button>
    </div>
  );
}

function Blank({ begin }: { begin: Begin }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  return (
    <section className="card" aria-labelledby="blank">
      <h2 id="blank">{t("new.blank")}</h2>
      <ul className={styles.blank}>
        {TYPES.map((type) => (
          <li key={type}>
            <Button
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
