import "../words";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { ConnectionView } from "@/api/schema";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { DataFrame } from "../DataFrame";
import { ConnectionCard } from "./ConnectionCard";
import { ConnectionModal } from "./ConnectionModal";

/** The databases in which questions are run where the data is. */
export default function ConnectionsPage() {
  const { t } = useTranslation("integration");
  const may = useMay();
  const [editing, setEditing] = useState<ConnectionView | "new" | null>(null);
  const found = useQuery({
    queryKey: ["connections"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/connections", { signal })),
  });
  const add = may("system.manage") && (
    <Button type="primary" onClick={() => setEditing("new")}>
      {t("connection.add")}
    </Button>
  );
  return (
    <DataFrame>
      <div className="row">
        <p className="soft small">{t("connection.hint")}</p>
        {found.data && found.data.length > 0 && add}
      </div>
      {found.isPending && <RowsSkeleton rows={4} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.length === 0 && (
        <EmptyState
          title={t("connection.noneTitle")}
          hint={t(may("system.manage") ? "connection.noneHint" : "connection.noneAsk")}
          action={add || undefined}
        />
      )}
      {found.data?.map((one) => (
        <ConnectionCard key={one.code} connection={one} onEdit={() => setEditing(one)} />
      ))}
      {editing && (
        <ConnectionModal connection={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </DataFrame>
  );
}
