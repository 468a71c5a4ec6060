import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { DefinitionFault, DraftView } from "@/api/schema";

type Kind = "dataset" | "relationship" | "dimension";
type Raw = DraftView["raw"];

/** What goes to the gate: the content, and why. */
export interface Proposal {
  raw: Raw;
  title: string;
  reason: string;
}

/** The draft was saved but cannot be sent yet: everything that is wrong with it. */
export class Faulty extends Error {
  override name = "Faulty";

  constructor(readonly faults: readonly DefinitionFault[]) {
    super("the draft has faults");
  }
}

/** Save a definition as a draft and ask for its publication; opens the change request that results. */
export function useGate(kind: Kind, change: string | null) {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  // After a refusal the same draft is written again, never a second one.
  const draft = useRef<DraftView | null>(null);

  const begin = (raw: Raw): Promise<DraftView> => {
    if (change === null) return answer(api.POST("/api/v1/drafts", { body: { raw } }));
    return answer(
      api.POST("/api/v1/drafts/from/{kind}/{code}", { params: { path: { kind, code: change } } }),
    );
  };

  return useMutation({
    mutationFn: async ({ raw, title, reason }: Proposal) => {
      let saved = draft.current ?? (await begin(raw));
      draft.current = saved;
      saved = await answer(
        api.PUT("/api/v1/drafts/{draft_id}", {
          params: { path: { draft_id: saved.id } },
          body: { raw, expected_revision: saved.revision },
        }),
      );
      draft.current = saved;
      if (saved.faults.length > 0) throw new Faulty(saved.faults);
      return answer(
        api.POST("/api/v1/changes", {
          body: {
            draft_ids: [saved.id],
            title,
            reason,
            co_authors: [],
            idempotency_key: crypto.randomUUID(),
          },
        }),
      );
    },
    onSuccess: (request) => {
      for (const key of ["changes", "drafts", "datasets", "relationships", "dimensions"])
        void queries.invalidateQueries({ queryKey: [key] });
      void message.success(t("gate.sent", { number: request.number }));
      void navigate(`/governance/changes/${request.id}`);
    },
  });
}
