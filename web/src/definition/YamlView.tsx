import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { YamlFault } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { ErrorState } from "@/components/ErrorState";
import { Bar } from "@/components/Skeletons";
import styles from "./definition.module.css";
import { Editor } from "./editor/Editor";
import { type Raw, same } from "./raw";
import { useWizard } from "./wizard";

const PAUSE = 400;

/** The same definition as text, for people who prefer to write it. */
export function YamlView() {
  const { epoch, raw } = useWizard();
  // The text is asked for once for each content that comes from outside; from then on it is the author's.
  const begun = useRef({ epoch, raw });
  if (begun.current.epoch !== epoch) begun.current = { epoch, raw };
  const first = useQuery({
    queryKey: ["yaml", begun.current.raw],
    queryFn: () => answer(api.POST("/api/v1/definitions/yaml", { body: { raw: begun.current.raw } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (first.isPending) return <Bar height={360} />;
  if (first.isError) return <ErrorState error={first.error} onRetry={() => void first.refetch()} compact />;
  return <Text key={epoch} initial={first.data.yaml} />;
}

function Text({ initial }: { initial: string }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, write, locked } = useWizard();
  const [text, setText] = useState(initial);
  const still = useDebounced(text, PAUSE);
  const read = useQuery({
    queryKey: ["from-yaml", still],
    queryFn: ({ signal }) =>
      answer(api.POST("/api/v1/definitions/from-yaml", { body: { text: still }, signal })),
    placeholderData: (previous) => previous,
    staleTime: 5_000,
  });
  const current = read.isPlaceholderData || still !== text ? undefined : read.data;
  const latest = useRef(raw);
  latest.current = raw;
  const told = current?.raw as Raw | null | undefined;
  useEffect(() => {
    // Only text that was typed replaces the form; what was merely shown does not.
    if (!told || still === initial || locked || same(told, latest.current)) return;
    if (told.kind === "metric") write(told);
  }, [told, still, initial, locked, write]);
  const faults = useMemo(
    () => (current?.faults ?? []).map((fault) => ({ ...span(still, fault), message: pick(fault.text) })),
    [current, still, pick],
  );
  const unread = current !== undefined && (current.raw === null || current.raw.kind !== "metric");
  return (
    <div className="stack">
      <p className="small soft">{t("yaml.hint")}</p>
      <Editor
        value={text}
        onChange={setText}
        label={t("yaml.label")}
        faults={faults}
        isText
        readOnly={locked}
      />
      {unread && (
        <p role="alert" className={styles.refused}>
          {t("yaml.unread")}
        </p>
      )}
      {current && current.faults.length > 0 && (
        <ul className={styles.yamlFaults}>
          {current.faults.map((fault) => (
            <li key={`${fault.line}/${fault.column}/${fault.code}/${fault.field}`}>
              <span className="num faint">{t("yaml.line", { line: fault.line })}</span>{" "}
              <code>{fault.field}</code> {pick(fault.text)} <span className="soft">{pick(fault.remedy)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The rest of the line from the place of a fault; lines and columns count from 1. */
function span(text: string, fault: YamlFault): { start: number; end: number } {
  const lines = text.split("\n");
  const before = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const line = lines[fault.line - 1] ?? "";
  const indent = line.length - line.trimStart().length;
  const start = before + Math.min(Math.max(fault.column - 1, indent), line.length);
  return { start, end: before + line.length };
}
