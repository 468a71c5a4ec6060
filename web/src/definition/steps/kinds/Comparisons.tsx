import { useTranslation } from "react-i18next";
import { Field } from "../../Field";
import { PeriodPicker } from "../../PeriodPicker";
import type { Period, Shift } from "../../period";
import { PeriodPicture } from "../../picture/PeriodPicture";
import { textAt, valueAt } from "../../raw";
import { ShiftPicker } from "../../ShiftPicker";
import { useWizard } from "../../wizard";
import { ZeroDivision } from "../ZeroDivision";
import { ChoiceField, GroupsField } from "./fields";
import { OperandRestriction } from "./Restriction";

const RATE_FIRST = ["rate", "difference"] as const;
const DIFFERENCE_FIRST = ["difference", "rate"] as const;
const USUAL_SHIFT: Shift = { count: 1, unit: "year" };

/** Numerator over denominator: each may be restricted and moved by itself. */
export function RatioFormula() {
  const { t } = useTranslation("definition");
  return (
    <>
      <OperandRestriction path="definition.numerator" title={t("ratio.ofNumerator")} />
      <OperandRestriction path="definition.denominator" title={t("ratio.ofDenominator")} />
      <ZeroDivision />
    </>
  );
}

/** Against an earlier time. */
export function GrowthFormula() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const shift = (valueAt(raw, "definition.shift") as Shift | undefined) ?? USUAL_SHIFT;
  return (
    <>
      <Field path="definition.shift" label={t("growth.against")}>
        {() => (
          <ShiftPicker value={shift} disabled={locked} onChange={(next) => set("definition.shift", next)} />
        )}
      </Field>
      <PeriodPicture period={{ shift }} />
      <ChoiceField
        path="definition.result"
        usual="rate"
        values={RATE_FIRST}
        label={t("result.label")}
        word={(value) => t(`result.growth.${value}`)}
      />
      <ZeroDivision />
    </>
  );
}

/** A part of the whole. */
export function ShareFormula() {
  const { t } = useTranslation("definition");
  const { raw } = useWizard();
  return (
    <>
      <GroupsField
        path="definition.of"
        metric={textAt(raw, "definition.metric")}
        label={t("share.of")}
        hint={t("share.ofHint")}
        placeholder={t("share.ofAll")}
        withTime
      />
      <ZeroDivision />
    </>
  );
}

/** Against a fixed time, which is 100. */
export function IndexFormula() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  return (
    <>
      <Field path="definition.base" label={t("index.base")} hint={t("index.baseHint")}>
        {() => (
          <PeriodPicker
            value={(valueAt(raw, "definition.base") as Period | undefined) ?? null}
            disabled={locked}
            onChange={(period) => set("definition.base", period ?? {})}
          />
        )}
      </Field>
      <ZeroDivision />
    </>
  );
}

/** Against a target. */
export function DifferenceFormula() {
  const { t } = useTranslation("definition");
  return (
    <>
      <ChoiceField
        path="definition.result"
        usual="difference"
        values={DIFFERENCE_FIRST}
        label={t("result.label")}
        word={(value) => t(`result.target.${value}`)}
      />
      <ZeroDivision />
    </>
  );
}
