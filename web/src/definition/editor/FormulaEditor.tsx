import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { useQuery } from "@tanstack/react-query";
import { type Ref, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { FunctionCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { FormulaView } from "@/catalog/metric/FormulaView";
import styles from "../definition.module.css";
import { FaultList } from "../Field";
import type { EditorHandle } from "./CodeEditor";
import { Editor } from "./Editor";
import "@/catalog/words";

const PAUSE = 250;

interface Props {
  value: string;
  onChange: (text: string) => void;
  label: string;
  /** Set: an expression over this dataset's columns. Null: a formula over metrics. */
  dataset: string | null;
  readOnly: boolean;
  placeholder?: string;
  handle?: Ref<EditorHandle>;
}

function useFunctions() {
  return useQuery({
    queryKey: ["formula", "functions"],
    queryFn: () => answer(api.GET("/api/v1/formula/functions")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A formula with proposals while one types, faults underlined in place, and its names in words below. */
export function FormulaEditor({ value, onChange, label, dataset, readOnly, placeholder, handle }: Props) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const functions = useFunctions().data;
  const still = useDebounced(value, PAUSE);
  const check = useQuery({
    queryKey: ["formula", "check", dataset, still],
    queryFn: ({ signal }) =>
      answer(api.POST("/api/v1/formula/check", { body: { text: still, dataset }, signal })),
    enabled: still.trim() !== "",
    staleTime: 30_000,
  });
  const isCurrent = still === value && still.trim() !== "";
  const told = isCurrent ? check.data : undefined;
  const faults = useMemo(
    () =>
      (told?.faults ?? []).map((fault) => ({
        start: fault.start ?? 0,
        end: fault.end ?? still.length,
        message: [pick(fault.text), pick(fault.remedy)].filter(Boolean).join(" "),
      })),
    [told, still, pick],
  );
  const marks = useMemo(
    () =>
      (told?.tokens ?? []).map((token) => ({
        start: token.start,
        end: token.end,
        kind: token.ref ? "name" : token.kind,
      })),
    [told],
  );
  const complete = useCallback(
    (context: CompletionContext) => proposals(context, dataset, functions ?? [], pick),
    [dataset, functions, pick],
  );
  return (
    <div className={styles.formula}>
      <Editor
        value={value}
        onChange={onChange}
        label={label}
        placeholder={placeholder ?? t("formula.placeholder")}
        faults={faults}
        marks={marks}
        complete={complete}
        readOnly={readOnly}
        handle={handle}
      />
      <FaultList faults={told?.faults ?? []} />
      {told && told.faults.length === 0 && (
        <div className={styles.reading}>
          <span className="small faint">{t("formula.reads")}</span>
          <FormulaView text={still} tokens={told.tokens} />
          {told.unit && <span className="small faint">{t("formula.unit", { unit: told.unit })}</span>}
        </div>
      )}
    </div>
  );
}

async function proposals(
  context: CompletionContext,
  dataset: string | null,
  functions: readonly FunctionCard[],
  pick: (text: { zh?: string; en?: string }) => string,
): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  // Nothing is proposed unasked for where no word begins.
  const before = text.slice(0, context.pos);
  if (!context.explicit && !/[\p{L}\p{N}_[【"]$/u.test(before)) return null;
  const controller = new AbortController();
  context.addEventListener("abort", () => controller.abort());
  const found = await answer(
    api.POST("/api/v1/formula/complete", {
      body: { text, cursor: context.pos, dataset },
      signal: controller.signal,
    }),
  ).catch(() => []);
  const [first] = found;
  if (!first || context.aborted) return null;
  const options = found.map((item, rank): Completion => {
    const card = item.kind === "function" ? functions.find((known) => known.name === item.label) : undefined;
    const name = pick(item.name);
    return {
      label: item.insert,
      displayLabel: item.kind === "function" ? (card?.signature ?? item.label) : name || item.label,
      detail: [
        name && item.kind !== "function" ? item.insert : "",
        item.kind === "function" ? "" : item.detail,
      ]
        .filter(Boolean)
        .join(" · "),
      info: card ? [pick(card.description), card.example].filter(Boolean).join("\n") : undefined,
      type: item.kind,
      boost: -rank,
      apply: (view, _completion, from, to) => {
        const caret = item.insert.endsWith("()") ? item.insert.length - 1 : item.insert.length;
        view.dispatch({ changes: { from, to, insert: item.insert }, selection: { anchor: from + caret } });
      },
    };
  });
  return { from: first.start, to: first.end, options, filter: false };
}
