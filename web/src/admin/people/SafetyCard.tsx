import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { PersonPrivate, PersonView, TemporaryPassword } from "@/api/schema";
import { useMay } from "@/app/session";
import { Facts } from "@/components/Facts";
import { Refused } from "../Refused";
import { SecretModal } from "../SecretModal";

type Act = "password" | "second_factor" | "sessions" | "disable" | "enable";

/** How a person signs in, and what an administrator can do about it. */
export function SafetyCard({ person, known }: { person: PersonView; known: PersonPrivate }) {
  const { t } = useTranslation("admin");
  const may = useMay();
  const [act, setAct] = useState<Act | null>(null);
  const acts: Act[] = person.active
    ? ["password", ...(known.two_factor ? (["second_factor"] as const) : []), "sessions", "disable"]
    : ["enable"];
  return (
    <section className="card">
      <h2>{t("safety.title")}</h2>
      <Facts
        facts={[
          [t("safety.password"), t(known.password_temporary ? "safety.temporary" : "safety.chosen")],
          [t("safety.second"), t(known.two_factor ? "safety.on" : "safety.off")],
        ]}
      />
      {may("people.manage") && (
        <div className="row">
          {acts.map((one) => (
            <Button key={one} size="small" danger={one === "disable"} onClick={() => setAct(one)}>
              {t(`safety.${one}Do`)}
            </Button>
          ))}
        </div>
      )}
      {act && <Ask act={act} username={person.username} onClose={() => setAct(null)} />}
    </section>
  );
}

async function perform(act: Act, username: string, reason: string): Promise<TemporaryPassword | null> {
  const path = { username };
  switch (act) {
    case "password":
      return answer(api.POST("/api/v1/people/{username}/password", { params: { path } }));
    case "second_factor":
      await answer(
        api.DELETE("/api/v1/people/{username}/second-factor", { params: { path, query: { reason } } }),
      );
      return null;
    case "sessions":
      await answer(
        api.DELETE("/api/v1/people/{username}/sessions", { params: { path, query: { tokens: true } } }),
      );
      return null;
    case "disable":
      await answer(api.POST("/api/v1/people/{username}/disable", { params: { path }, body: { reason } }));
      return null;
    case "enable":
      await answer(api.POST("/api/v1/people/{username}/enable", { params: { path }, body: { reason } }));
      return null;
  }
}

const REASONED: readonly Act[] = ["second_factor", "disable", "enable"];

function Ask({ act, username, onClose }: { act: Act; username: string; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState("");
  const run = useMutation({
    mutationFn: () => perform(act, username, reason.trim()),
    onSuccess: (secret) => {
      for (const key of ["people", "departments", "roles", "tokens"])
        void queries.invalidateQueries({ queryKey: [key] });
      if (secret) return;
      void message.success(t("saved"));
      onClose();
    },
  });
  if (run.data) return <SecretModal secret={run.data} onClose={onClose} />;
  return (
    <Modal
      open
      title={t(`safety.${act}Do`)}
      okText={t(`safety.${act}Do`)}
      cancelText={t("cancel")}
      okButtonProps={{ danger: act !== "enable" }}
      confirmLoading={run.isPending}
      onOk={() => run.mutate()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{t(`safety.${act}Hint`, { name: username })}</p>
        {REASONED.includes(act) && (
          <Input
            aria-label={t("reason")}
            placeholder={t("reason")}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
        <Refused error={run.error} />
      </div>
    </Modal>
  );
}
