import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { useTold } from "@/components/ErrorState";
import styles from "./import.module.css";

/** Everything that is wrong with the files, at once, each with its place. */
export function Faults({ error }: { error: unknown }) {
  const { t } = useTranslation("interchange");
  const told = useTold(error);
  if (told.faults.length === 0)
    return <Alert type="error" showIcon title={told.title} description={told.remedy || undefined} />;
  return (
    <Alert
      type="error"
      showIcon
      title={t("faults.title")}
      description={
        <>
          <ul className={styles.faults}>
            {told.faults.map((fault) => (
              <li key={`${fault.title}/${fault.field}`} className={styles.path}>
                {fault.title}
              </li>
            ))}
          </ul>
          {t("faults.hint")}
        </>
      }
    />
  );
}
