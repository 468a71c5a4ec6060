import "../words";
import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Progress, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { UploadCard } from "@/api/schema";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { sizeText } from "../size";
import { FileFaults } from "./FileFaults";
import { ReadAsForm } from "./ReadAsForm";
import { stage, type Told } from "./stage";
import styles from "./upload.module.css";

const ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.xlsm,.parquet";
const TEXT = /\.(csv|tsv|txt)$/i;
const BOOK = /\.xls[xm]?$/i;

/** Bring a file: it is read wholly and shown; nothing is loaded before the person says so. */
export default function BringPage() {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [part, setPart] = useState(0);
  const [file, setFile] = useState<File | null>(null);
  const [told, setTold] = useState<Told>({});
  const bring = useMutation({
    mutationFn: (brought: File) => stage(brought, told, setPart),
    onSuccess: (preview) => {
      void queries.invalidateQueries({ queryKey: ["uploads"] });
      void navigate(`/data/upload/${preview.id}`);
    },
  });
  const start = (brought: File) => {
    setFile(brought);
    setPart(0);
    bring.mutate(brought);
  };
  const format = file && (TEXT.test(file.name) ? "csv" : BOOK.test(file.name) ? "excel" : null);
  return (
    <div className="page">
      <PageHeader
        title={t("bring.title")}
        below={t("bring.hint")}
        crumbs={[{ label: t("data.title"), to: "/data" }, { label: t("bring.title") }]}
      />
      <section className="card stack">
        <Upload.Dragger
          className={styles.drop}
          accept={ACCEPTED}
          maxCount={1}
          showUploadList={false}
          disabled={bring.isPending}
          beforeUpload={(brought) => {
            start(brought);
            return false;
          }}
        >
          <p className="ant-upload-drag-icon">
            <InboxOutlined />
          </p>
          <p className="ant-upload-text">{t("bring.drop")}</p>
          <p className="ant-upload-hint">{t("bring.formats")}</p>
        </Upload.Dragger>
        {bring.isPending && file && (
          <div className={styles.sending} role="status">
            <div>
              {t(part < 1 ? "bring.sending" : "bring.reading", {
                name: file.name,
                size: sizeText(file.size),
              })}
            </div>
            <Progress percent={Math.round(part * 100)} status="active" />
          </div>
        )}
        {bring.isError && file && (
          <>
            <h2>{t("bring.refused", { name: file.name })}</h2>
            <FileFaults error={bring.error} />
            {format && (
              <>
                <h3>{t("bring.other")}</h3>
                <ReadAsForm format={format} value={told} mayFindOut onChange={setTold} />
                <div>
                  <Button onClick={() => start(file)}>{t("bring.again")}</Button>
                </div>
              </>
            )}
          </>
        )}
      </section>
      <Waiting />
    </div>
  );
}

/** Files that were brought and not yet loaded. */
function Waiting() {
  const { t } = useTranslation("integration");
  const uploads = useQuery({
    queryKey: ["uploads"],
    queryFn: () => answer(api.GET("/api/v1/uploads", { params: { query: { limit: 50 } } })),
  });
  const waiting = uploads.data?.items.filter((upload) => upload.status === "staged") ?? [];
  if (uploads.data && waiting.length === 0) return null;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("bring.waiting")}</h2>
      </div>
      {uploads.isPending && <RowsSkeleton rows={2} />}
      {uploads.isError && <ErrorState compact error={uploads.error} onRetry={() => void uploads.refetch()} />}
      <ul className={styles.list}>
        {waiting.map((upload) => (
          <WaitingRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}

function WaitingRow({ upload }: { upload: UploadCard }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const queries = useQueryClient();
  const discard = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: upload.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["uploads"] }),
  });
  return (
    <li className={styles.item}>
      <Link to={`/data/upload/${upload.id}`}>{upload.filename}</Link>
      <span className="row soft small">
        {t("bring.rows", { shown: format.count(upload.row_count) })} · {sizeText(upload.size)} ·{" "}
        {format.ago(upload.created_at)}
        <Button size="small" type="text" loading={discard.isPending} onClick={() => discard.mutate()}>
          {t("bring.discard")}
        </Button>
      </span>
    </li>
  );
}
