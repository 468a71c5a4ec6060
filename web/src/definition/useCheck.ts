import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { CheckResult, DefinitionFault } from "@/api/schema";
import { useDebounced } from "@/app/useDebounced";
import { checkable, type Raw } from "./raw";

const PAUSE = 300;

export interface Checked {
  faults: readonly DefinitionFault[];
  facts: CheckResult["facts"];
  /** The normal form, with stand-ins for a missing name, code or domain: good enough for a preview. */
  definition: CheckResult["definition"];
  /** The first answer is still on its way. */
  isPending: boolean;
  error: unknown;
}

/** Everything wrong with the definition as it is on the page, a moment after the last keystroke. */
export function useCheck(raw: Raw, anyDomain: string): Checked {
  const { i18n } = useTranslation("definition");
  const still = useDebounced(raw, PAUSE);
  const asked = useMemo(() => checkable(still, anyDomain), [still, anyDomain]);
  const check = useQuery({
    queryKey: ["check", asked.raw],
    queryFn: ({ signal }) =>
      answer(api.POST("/api/v1/definitions/check", { body: { raw: asked.raw, drafts: [] }, signal })),
    placeholderData: (previous) => previous,
    staleTime: 5_000,
  });
  const { missing } = asked;
  return useMemo(() => {
    const text = {
      zh: i18n.getFixedT("zh", "definition")("fault.missing"),
      en: i18n.getFixedT("en", "definition")("fault.missing"),
    };
    const absent = missing.map((field) => ({ field, code: "missing", text, remedy: { zh: "", en: "" } }));
    // A stand-in cannot be judged.
    const told = (check.data?.faults ?? []).filter(({ field }) => !missing.includes(field));
    return {
      faults: [...absent, ...told],
      facts: check.data?.facts,
      definition: check.data?.definition,
      isPending: check.isPending,
      error: check.error,
    };
  }, [check.data, check.isPending, check.error, missing, i18n]);
}
