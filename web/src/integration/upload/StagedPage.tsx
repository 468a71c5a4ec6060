import "../words";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { answer, api } from "@/api/client";
import type { UploadPreview } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PageSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { sizeText } from "../size";
import { FileFaults } from "./FileFaults";
import { PlanForm } from "./PlanForm";
import { ReadAsForm } from "./ReadAsForm";
import type { Told } from "./stage";
import styles from "./upload.module.css";

/** A staged file: how it was read, what is in it, and how it shall become a table. */
export default function StagedPage() {
  const { id = "" } = useParams();
  const upload = useQuery({
    queryKey: ["uploads", id],
    queryFn: () => answer(api.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (upload.isPending) return <PageSkeleton />;
  if (upload.isError) return <ErrorState error={upload.error} onRetry={() => void upload.refetch()} />;
  return <Staged upload={upload.data} />;
}

function Staged({ upload }: { upload: UploadPreview }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const path = { upload_id: upload.id };
  const reread = useMutation({
    mutationFn: (told: Told) =>
      answer(
        api.POST("/api/v1/uploads/{upload_id}/read-as", {
          params: { path },
          body: { ...upload.read_as, ...told },
        }),
      ),
    onSuccess: (preview) => queries.setQueryData(["uploads", upload.id], preview),
  });
  const discard = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/uploads/{upload_id}", { params: { path } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["uploads"] });
      void message.success(t("staged.discarded"));
      void navigate("/data/upload");
    },
  });
  const head = (
    <PageHeader
      title={upload.filename}
      below={t("staged.below", {
        rows: format.count(upload.row_count),
        columns: upload.columns.length,
        size: sizeText(upload.size),
      })}
      crumbs={[
        { label: t("data.title"), to: "/data" },
        { label: t("bring.title"), to: "/data/upload" },
        { label: t("staged.crumb") },
      ]}
      actions={
        upload.status === "staged" && (
          <Button loading={discard.isPending} onClick={() => discard.mutate()}>
            {t("staged.discard")}
          </Button>
        )
      }
    />
  );
  if (upload.status !== "staged")
    return (
      <div className="page">
        {head}
        <EmptyState
          title={t(upload.status === "loaded" ? "staged.wasLoaded" : "staged.wasDiscarded")}
          hint={t("staged.bringAgain")}
          action={<LinkButton to="/data/upload">{t("upload.bring")}</LinkButton>}
        />
      </div>
    );
  return (
    <div className="page">
      {head}
      <section className="card stack">
        <h2>{t("staged.read")}</h2>
        <ReadAsForm
          format={upload.format}
          value={upload.read_as}
          sheets={upload.sheets}
          disabled={reread.isPending}
          onChange={(told) => reread.mutate(told)}
        />
        {reread.isError && <FileFaults error={reread.error} />}
        <h3>{t("staged.first")}</h3>
        <Sample upload={upload} />
        <Facts
          facts={[
            [t("staged.format"), t(`format.${upload.format}`)],
            [
              t("staged.fingerprint"),
              <code key="sha" className="small ellipsis" title={upload.sha256}>
                {upload.sha256.slice(0, 16)}…
              </code>,
            ],
          ]}
        />
      </section>
      <PlanForm key={JSON.stringify([upload.read_as, upload.columns.length])} upload={upload} />
    </div>
  );
}

function Sample({ upload }: { upload: UploadPreview }) {
  const { t } = useTranslation("integration");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.sample} aria-label={t("staged.first")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {upload.columns.map((column) => (
              <th key={column.position} scope="col">
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {upload.rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file have no other identity
            <tr key={place}>
              {row.map((cell, at) => (
                <td key={upload.columns[at]?.position ?? at}>
                  {cell === null ? <span className="faint">∅</span> : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
