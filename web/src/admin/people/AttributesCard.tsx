import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { PersonPrivate, PersonView } from "@/api/schema";
import { useMay } from "@/app/session";
import { Facts } from "@/components/Facts";
import { StatusTag } from "@/components/StatusTag";
import { AttributesEditor } from "../AttributesEditor";
import { attributesOf, attributeText, faultOf, linesOf } from "../attributes";
import { Refused } from "../Refused";

/** What row policies know of a person: his own attributes and those that departments lend him. */
export function AttributesCard({ person, known }: { person: PersonView; known: PersonPrivate }) {
  const { t } = useTranslation("admin");
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const all = Object.entries(known.effective_attributes);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("attribute.title")}</h2>
        {may("people.manage") && (
          <Button size="small" onClick={() => setEditing(true)}>
            {t("attribute.edit")}
          </Button>
        )}
      </div>
      <p className="small soft">{t("attribute.hint")}</p>
      <Facts
        facts={all.map(([name, value]) => [
          name,
          <span key={name} className="row">
            {attributeText(value, t("rule.comma"))}
            {name in known.attributes && <StatusTag tone="accent">{t("attribute.own")}</StatusTag>}
          </span>,
        ])}
      />
      {editing && <Edit person={person} known={known} onClose={() => setEditing(false)} />}
    </section>
  );
}

interface EditProps {
  person: PersonView;
  known: PersonPrivate;
  onClose: () => void;
}

function Edit({ person, known, onClose }: EditProps) {
  const { t } = useTranslation("admin");
  const queries = useQueryClient();
  const [lines, setLines] = useState(() => linesOf(known.attributes));
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH("/api/v1/people/{username}", {
          params: { path: { username: person.username } },
          body: { attributes: attributesOf(lines) },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["people"] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("attribute.edit")}
      okText={t("save")}
      cancelText={t("cancel")}
      okButtonProps={{ disabled: lines.some((line) => faultOf(line, lines) !== null) }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <AttributesEditor lines={lines} onChange={setLines} />
      <Refused error={save.error} />
    </Modal>
  );
}
