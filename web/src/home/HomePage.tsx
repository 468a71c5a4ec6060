import "./words";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { PageHeader } from "@/components/PageHeader";
import { Followed } from "./Followed";
import { ToDo } from "./ToDo";

export default function HomePage() {
  const { t } = useTranslation("home");
  const pick = usePick();
  const { person } = useSession();
  return (
    <div className="page">
      <PageHeader title={t("title", { name: pick(person.name) })} below={pick(person.department_name)} />
      <ToDo />
      <Followed />
    </div>
  );
}
