import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "../Refused";

interface Props {
  title: string;
  /** First part of the keys of what must be read again. */
  refresh: string;
  run: (reason: string) => Promise<unknown>;
}

/** Delete something that decides who sees what: asked for once more, with a reason for the trail. */
export function DeleteButton({ title, refresh, run }: Props) {
  const { t } = useTranslation("admin");
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const remove = useMutation({
    mutationFn: () => run(reason.trim()),
    onSuccess: () => {
      for (const key of [refresh, "visibility"]) void queries.invalidateQueries({ queryKey: [key] });
      setOpen(false);
    },
  });
  return (
    <>
      <Button size="small" danger onClick={() => setOpen(true)}>
        {t("delete")}
      </Button>
      {open && (
        <Modal
          open
          title={title}
          okText={t("delete")}
          cancelText={t("cancel")}
          okButtonProps={{ danger: true }}
          confirmLoading={remove.isPending}
          onOk={() => remove.mutate()}
          onCancel={() => setOpen(false)}
        >
          <div className="stack">
            <p className="soft">{t("deleteHint")}</p>
            <Input
              aria-label={t("reason")}
              placeholder={t("reason")}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <Refused error={remove.error} />
          </div>
        </Modal>
      )}
    </>
  );
}
