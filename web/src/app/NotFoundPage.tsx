import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";

export default function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("notFound.title")}
      hint={t("notFound.hint")}
      action={
        <Link to="/library">
          <Button type="primary">{t("notFound.action")}</Button>
        </Link>
      }
    />
  );
}
