import { App, Button, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { TemporaryPassword } from "@/api/schema";
import styles from "./admin.module.css";

/** A temporary password: the only time that it is shown. */
export function SecretModal({ secret, onClose }: { secret: TemporaryPassword; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(secret.password);
    void message.success(t("secret.copied"));
  };
  return (
    <Modal
      open
      title={t("secret.title", { name: secret.username })}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={[
        <Button key="copy" onClick={() => void copy()}>
          {t("secret.copy")}
        </Button>,
        <Button key="close" type="primary" onClick={onClose}>
          {t("secret.close")}
        </Button>,
      ]}
    >
      <p className="soft">{t("secret.hint")}</p>
      <pre className={styles.secret}>{secret.password}</pre>
    </Modal>
  );
}
