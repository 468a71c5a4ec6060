import "../words";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { answer, api } from "@/api/client";
import type { PersonView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { AttributesCard } from "./AttributesCard";
import { PersonModal } from "./PersonModal";
import { RolesCard } from "./RolesCard";
import { SafetyCard } from "./SafetyCard";
import { TokensCard } from "./TokensCard";

/** One person: where he belongs, what he may do, what row policies know of him, how he signs in. */
export default function PersonPage() {
  const { t } = useTranslation("admin");
  const { username = "" } = useParams();
  const person = useQuery({
    queryKey: ["people", "one", username],
    queryFn: () => answer(api.GET("/api/v1/people/{username}", { params: { path: { username } } })),
  });
  if (person.isPending) return <PageSkeleton />;
  if (person.isError)
    return (
      <ErrorState
        error={person.error}
        onRetry={() => void person.refetch()}
        action={<LinkButton to="/admin?tab=people">{t("person.toAll")}</LinkButton>}
      />
    );
  return <Shown person={person.data} />;
}

function Shown({ person }: { person: PersonView }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const format = useFormat();
  const [changing, setChanging] = useState(false);
  const known = person.private;
  const seesTokens = may("system.manage") || may("audit.read");
  return (
    <div className="page">
      <PageHeader
        title={pick(person.name)}
        beside={
          <StatusTag tone={person.active ? "good" : "neutral"}>
            {t(person.active ? "people.active" : "people.closed")}
          </StatusTag>
        }
        below={<code>{person.username}</code>}
        crumbs={[
          { label: t("title"), to: "/admin" },
          { label: t("tab.people"), to: "/admin?tab=people" },
          { label: pick(person.department_name), to: `/admin?tab=people&department=${person.department}` },
        ]}
        actions={
          may("people.manage") && <Button onClick={() => setChanging(true)}>{t("person.change")}</Button>
        }
      />
      <div className="two">
        <section className="card">
          <h2>{t("person.profile")}</h2>
          <Facts
            facts={[
              [t("people.department"), pick(person.department_name)],
              [
                t("person.manager"),
                person.manager ? (
                  <Link key="manager" to={`/admin/people/${person.manager.username}`}>
                    <PersonTag person={person.manager} />
                  </Link>
                ) : (
                  "–"
                ),
              ],
              [t("person.email"), person.email || "–"],
              ...(known
                ? ([
                    [
                      t("person.lastLogin"),
                      known.last_login ? format.moment(known.last_login) : t("person.never"),
                    ],
                    [t("person.created"), format.moment(known.created_at)],
                  ] as const)
                : []),
            ]}
          />
        </section>
        <RolesCard person={person} />
      </div>
      {known && (
        <div className="two">
          <AttributesCard person={person} known={known} />
          <SafetyCard person={person} known={known} />
        </div>
      )}
      {seesTokens && <TokensCard username={person.username} mayRevoke={may("system.manage")} />}
      {changing && <PersonModal person={person} onClose={() => setChanging(false)} />}
    </div>
  );
}
