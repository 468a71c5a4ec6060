import { useTranslation } from "react-i18next";
import { ChoiceField } from "./kinds/fields";

/** What stands where something is divided by zero. */
export function ZeroDivision() {
  const { t } = useTranslation("definition");
  return (
    <ChoiceField
      path="zero_division"
      usual="null"
      values={["null", "zero", "error"]}
      label={t("formula.zero")}
      word={(value) => t(`formula.zeroDivision.${value}`)}
    />
  );
}
