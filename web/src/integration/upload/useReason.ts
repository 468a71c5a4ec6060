import type { Problem } from "@/api/problem";
import { useLanguage } from "@/app/i18n/language";

/** The reason of a fault alone where the server tells it apart from the place, else its whole sentence. */
export function useReason(): (fault: Problem) => string {
  const { language } = useLanguage();
  return (fault) => {
    const reason = fault.params[`reason_${language}`];
    return typeof reason === "string" && reason !== "" ? reason : fault.title;
  };
}
