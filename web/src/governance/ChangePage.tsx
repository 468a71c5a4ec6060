import "./words";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { answer, api } from "@/api/client";
import type { ChangeView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { BacktestCard } from "./BacktestCard";
import { DecisionCard } from "./DecisionCard";
import styles from "./governance.module.css";
import { ItemCard } from "./ItemCard";
import { CLASS_TONES, STATE_TONES } from "./look";
import { changeKey } from "./steps";
import { LevelsCard, TimelineCard } from "./TimelineCard";

/** One change: what it really does, what it would do to the numbers, who decides, and the decision. */
export default function ChangePage() {
  const { t } = useTranslation("governance");
  const { id = "" } = useParams();
  const change = useQuery({
    queryKey: changeKey(id),
    queryFn: () => answer(api.GET("/api/v1/changes/{change_id}", { params: { path: { change_id: id } } })),
  });
  if (change.isPending) return <PageSkeleton />;
  if (change.isError) {
    const toList = (
      <LinkButton to="/governance" type="primary">
        {t("page.toList")}
      </LinkButton>
    );
    return <ErrorState error={change.error} onRetry={() => void change.refetch()} action={toList} />;
  }
  return <Loaded key={id} change={change.data} />;
}

function Loaded({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  return (
    <div className="page">
      <PageHeader
        crumbs={[{ label: t("page.title"), to: "/governance" }, { label: `#${change.number}` }]}
        title={change.title}
        beside={
          <>
            <StatusTag tone={STATE_TONES[change.state]}>{t(`state.${change.state}`)}</StatusTag>
            {change.publication !== "none" && (
              <StatusTag tone={change.publication === "stale" ? "bad" : "good"}>
                {t(`publication.${change.publication}`)}
              </StatusTag>
            )}
            <StatusTag tone={CLASS_TONES[change.change_class]} title={pick(change.class_meaning)}>
              {pick(change.class_name)}
            </StatusTag>
          </>
        }
      />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Request change={change} />
          {change.items.map((item) => (
            <ItemCard key={`${item.kind}/${item.code}`} item={item} />
          ))}
          <BacktestCard change={change} />
        </div>
        <div className={styles.aside}>
          <DecisionCard change={change} />
          <LevelsCard change={change} />
          <TimelineCard change={change} />
        </div>
      </div>
    </div>
  );
}

/** Why it was asked for, by whom, and what its class means for the way it takes. */
function Request({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const format = useFormat();
  const facts: [string, ReactNode][] = [
    [t("request.requester"), <PersonTag key="requester" person={change.requester} />],
    [t("request.asked"), format.moment(change.created_at)],
    [
      t("request.class"),
      <span key="class">
        {pick(change.class_name)} <span className="small soft">{pick(change.class_meaning)}</span>
      </span>,
    ],
    [
      t("request.effective"),
      change.effective_from ? format.moment(change.effective_from) : t("request.atOnce"),
    ],
  ];
  if (change.co_authors.length > 0) {
    const people = change.co_authors.map((person) => <PersonTag key={person.username} person={person} />);
    facts.splice(1, 0, [
      t("request.coAuthors"),
      <span key="co" className="row">
        {people}
      </span>,
    ]);
  }
  if (change.published_at) facts.push([t("request.published"), format.moment(change.published_at)]);
  return (
    <section className="card stack" aria-labelledby="request">
      <h2 id="request">{t("request.title")}</h2>
      <p className={styles.reason}>{change.reason}</p>
      <Facts facts={facts} />
    </section>
  );
}
