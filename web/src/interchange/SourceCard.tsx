import { CloseOutlined, InboxOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented, Select, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { DomainNode } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { useFormat } from "@/format/useFormat";
import { Faults } from "./Faults";
import { allTexts, type Files, withFile, withoutFile } from "./files";
import styles from "./import.module.css";
import type { Import } from "./useImport";

/** What is looked at, and later kept. */
export interface Chosen {
  format: string;
  domain: string;
  files: Files;
}

interface Props {
  preview: Import;
  onPreview: (chosen: Chosen) => void;
  /** Something else was chosen: what was seen is out of date. */
  onChange: () => void;
}

/** Format, domain and files. */
export function SourceCard({ preview, onPreview, onChange }: Props) {
  const { t } = useTranslation("interchange");
  const [format, setFormat] = useState("metricflow");
  const [domain, setDomain] = useState<string | null>(null);
  const [files, setFiles] = useState<Files>({});
  const [pasted, setPasted] = useState("");
  const texts = allTexts(files, pasted, t("source.pastedName"));
  const needsDomain = format !== "yaml";
  const ready = Object.keys(texts).length > 0 && (!needsDomain || domain !== null);
  const changed =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      set(value);
      onChange();
    };
  return (
    <section className="card stack" aria-labelledby="import-source">
      <h2 id="import-source">{t("source.title")}</h2>
      <div className={styles.form}>
        <FormatField value={format} onChange={changed(setFormat)} />
        {needsDomain && <DomainField value={domain} onChange={changed(setDomain)} />}
      </div>
      <div className={styles.both}>
        <Drop onBring={(brought) => void brought(files).then(changed(setFiles))} />
        <div className={styles.field}>
          <label className={styles.label} htmlFor="import-pasted">
            {t("source.paste")}
          </label>
          <Input.TextArea
            id="import-pasted"
            className={styles.text}
            rows={7}
            value={pasted}
            spellCheck={false}
            onChange={(event) => changed(setPasted)(event.target.value)}
          />
        </div>
      </div>
      <FileList files={files} onChange={changed(setFiles)} />
      {preview.isError && <Faults error={preview.error} />}
      <div>
        <Button
          type={preview.data ? "default" : "primary"}
          disabled={!ready}
          loading={preview.isPending}
          onClick={() => onPreview({ format, domain: domain ?? "x", files: texts })}
        >
          {t(preview.data || preview.isError ? "source.again" : "source.preview")}
        </Button>
      </div>
    </section>
  );
}

const NAMED = ["metricflow", "cube", "osi", "yaml"] as const;

function FormatField({ value, onChange }: { value: string; onChange: (format: string) => void }) {
  const { t } = useTranslation("interchange");
  const formats = useQuery({
    queryKey: ["import", "formats"],
    queryFn: () => answer(api.GET("/api/v1/import/formats")),
  });
  const named = (format: string) => {
    const known = NAMED.find((each) => each === format);
    return known ? t(`source.formats.${known}`) : format;
  };
  if (formats.isError)
    return <ErrorState compact error={formats.error} onRetry={() => void formats.refetch()} />;
  return (
    <div className={styles.field}>
      <span className={styles.label} id="import-format">
        {t("source.format")}
      </span>
      <div className={styles.formats}>
        <Segmented
          aria-labelledby="import-format"
          value={value}
          onChange={onChange}
          options={(formats.data ?? [value]).map((format) => ({ value: format, label: named(format) }))}
        />
      </div>
    </div>
  );
}

function DomainField({ value, onChange }: { value: string | null; onChange: (domain: string) => void }) {
  const { t } = useTranslation("interchange");
  const pick = usePick();
  const domains = useQuery({ queryKey: ["domains"], queryFn: () => answer(api.GET("/api/v1/domains")) });
  if (domains.isError)
    return <ErrorState compact error={domains.error} onRetry={() => void domains.refetch()} />;
  const option = (domain: DomainNode) => ({ value: domain.code, label: pick(domain.name) });
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor="import-domain">
        {t("source.domain")}
      </label>
      <Select
        id="import-domain"
        value={value}
        loading={domains.isPending}
        options={domains.data?.map(option) ?? []}
        onChange={onChange}
      />
      <span className={styles.label}>{t("source.domainHint")}</span>
    </div>
  );
}

interface DropProps {
  onBring: (add: (files: Files) => Promise<Files>) => void;
}

function Drop({ onBring }: DropProps) {
  const { t } = useTranslation("interchange");
  return (
    <Upload.Dragger
      multiple
      accept=".yaml,.yml,.json"
      showUploadList={false}
      beforeUpload={(file, all) => {
        if (file === all.at(-1))
          onBring(async (files) => {
            let whole = files;
            for (const each of all) whole = await withFile(whole, each);
            return whole;
          });
        return false;
      }}
    >
      <p className="ant-upload-drag-icon">
        <InboxOutlined />
      </p>
      <p className="ant-upload-text">{t("source.drop")}</p>
      <p className="ant-upload-hint">{t("source.accepted")}</p>
    </Upload.Dragger>
  );
}

function FileList({ files, onChange }: { files: Files; onChange: (files: Files) => void }) {
  const { t } = useTranslation("interchange");
  const format = useFormat();
  const names = Object.keys(files);
  if (names.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t("source.files", { shown: format.count(names.length) })}>
      {names.map((name) => (
        <li key={name}>
          <Button
            size="small"
            icon={<CloseOutlined />}
            iconPlacement="end"
            aria-label={t("source.remove", { name })}
            onClick={() => onChange(withoutFile(files, name))}
          >
            {name}
          </Button>
        </li>
      ))}
      {names.length > 1 && (
        <li>
          <Button size="small" type="link" onClick={() => onChange({})}>
            {t("source.clear")}
          </Button>
        </li>
      )}
    </ul>
  );
}
