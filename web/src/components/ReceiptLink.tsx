import { FileDoneOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import styles from "./ReceiptLink.module.css";

/** Every number has a receipt: definition, data, filters and query that made it. */
export function ReceiptLink({ id, quiet = false }: { id: string; quiet?: boolean }) {
  const { t } = useTranslation();
  return (
    <Link
      className={styles.link}
      to={`/receipts/${id}`}
      title={t("receipt.hint")}
      aria-label={t("receipt.hint")}
    >
      <FileDoneOutlined />
      {!quiet && <span>{t("receipt.word")}</span>}
    </Link>
  );
}
