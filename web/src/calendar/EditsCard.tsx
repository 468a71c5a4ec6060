import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { EditLine } from "./EditLine";

/** Every edit of the calendar, newest first. */
export function EditsCard({ onOpen }: { onOpen: (day: string) => void }) {
  const { t } = useTranslation("calendar");
  const edits = useInfiniteQuery({
    queryKey: ["calendar", "edits"],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/v1/calendar/edits", { params: { query: { cursor: pageParam, limit: 20 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const rows = edits.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card" aria-label={t("edits.title")}>
      <div className="card-head">
        <h2>{t("edits.title")}</h2>
      </div>
      {edits.isPending && <RowsSkeleton rows={4} />}
      {edits.isError && <ErrorState error={edits.error} onRetry={() => void edits.refetch()} />}
      {edits.data && rows.length === 0 && (
        <EmptyState compact title={t("edits.none")} hint={t("edits.noneHint")} />
      )}
      {rows.map((edit) => (
        <EditLine key={edit.id} edit={edit} onOpen={onOpen} />
      ))}
      {edits.hasNextPage && (
        <Button type="link" loading={edits.isFetchingNextPage} onClick={() => void edits.fetchNextPage()}>
          {t("edits.more")}
        </Button>
      )}
    </section>
  );
}
