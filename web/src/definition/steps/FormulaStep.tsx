import { type Raw, textAt, typeOf, valueAt } from "../raw";
import { UnknownKind } from "../UnknownKind";
import { useWizard } from "../wizard";
import { AtomicFormula } from "./kinds/Atomic";
import {
  DifferenceFormula,
  GrowthFormula,
  IndexFormula,
  RatioFormula,
  ShareFormula,
} from "./kinds/Comparisons";
import { CompositeFormula } from "./kinds/Composite";
import { FunnelFormula } from "./kinds/Funnel";
import { Restriction } from "./kinds/Restriction";
import { NestedFormula, RankFormula } from "./kinds/Staged";
import { VariantFormula } from "./kinds/Variant";

/** How the number is made. */
export function FormulaStep() {
  const { raw } = useWizard();
  switch (typeOf(raw)) {
    case "atomic":
      return <AtomicFormula />;
    case "derived":
      return <DerivedFormula />;
    case "composite":
      return <CompositeFormula />;
    case "ratio":
      return <RatioFormula />;
    case "growth":
      return <GrowthFormula />;
    case "share":
      return <ShareFormula />;
    case "index":
      return <IndexFormula />;
    case "difference":
      return <DifferenceFormula />;
    case "conversion":
      return <FunnelFormula />;
    case "nested":
      return <NestedFormula />;
    case "rank":
      return <RankFormula />;
    case "inherited":
      return <VariantFormula />;
    case null:
      return <UnknownKind />;
  }
}

function DerivedFormula() {
  const { raw, set } = useWizard();
  return (
    <Restriction
      place="definition"
      metric={textAt(raw, "definition.base")}
      value={valueAt(raw, "definition") as Raw}
      onChange={(name, value) => set(`definition.${name}`, value)}
    />
  );
}
