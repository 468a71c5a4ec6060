import { useTranslation } from "react-i18next";
import { familyOf } from "./actions";
import type zh from "./locales/zh.json";

type Known = keyof typeof zh.action;

/** An action in words; one without a name of its own goes by its family and its code. */
export function useActionWord(): (action: string) => string {
  const { t, i18n } = useTranslation("audit");
  return (action) => {
    const key = action.replace(".", "_");
    if (i18n.exists(`action.${key}`, { ns: "audit" })) return t(`action.${key as Known}`);
    const family = familyOf(action);
    return family ? `${t(`family.${family}`)} · ${action}` : action;
  };
}
