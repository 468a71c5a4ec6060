import { useTranslation } from "react-i18next";
import type { Audience } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useDepartments, useRoles } from "../useOrganisation";

/** Audiences, and reasons such as `role:analyst`, with the names of roles and departments. */
export function useAudienceText() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const roles = useRoles();
  const departments = useDepartments();
  const role = (code: string) => pick(roles.data?.find((one) => one.code === code)?.name) || code;
  const department = (code: string) => pick(departments.data?.find((one) => one.code === code)?.name) || code;

  const audience = ({
    everyone,
    roles: held = [],
    departments: within = [],
    persons = [],
  }: Audience): string => {
    if (everyone) return t("audience.everyone");
    const who = held.map(role).join(t("rule.comma"));
    const where = within.map(department).join(t("rule.comma"));
    const group =
      who && where ? t("audience.of", { who, where }) : who || (where && t("audience.all", { where }));
    return (
      [group, persons.join(t("rule.comma"))].filter(Boolean).join(t("rule.comma")) || t("audience.nobody")
    );
  };

  const because = (reason: string): string => {
    const [kind, code = ""] = reason.split(":");
    if (kind === "role") return t("because.role", { name: role(code) });
    if (kind === "department") return t("because.department", { name: department(code) });
    return kind === "person" ? t("because.person") : t("because.everyone");
  };

  return { audience, because };
}
