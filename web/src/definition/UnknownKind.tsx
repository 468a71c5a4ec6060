import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Bar } from "@/components/Skeletons";
import styles from "./definition.module.css";
import { useWizard } from "./wizard";

/** A kind of metric that the form does not know: it is shown as it is written, and left alone. */
export function UnknownKind() {
  const { t } = useTranslation("definition");
  const { raw } = useWizard();
  const written = useQuery({
    queryKey: ["yaml", raw],
    queryFn: () => answer(api.POST("/api/v1/definitions/yaml", { body: { raw } })),
  });
  return (
    <div className="stack">
      <p className={styles.waiting}>{t("unknownKind")}</p>
      {written.isPending && <Bar height={120} />}
      {written.data && <pre className={styles.yaml}>{written.data.yaml}</pre>}
    </div>
  );
}
