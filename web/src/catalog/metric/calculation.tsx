import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { MetricDef, MetricDetail, Ref } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useLevelName } from "@/calendar/levels";
import { type Period, periodWords, type Shift, shiftWords, spanWords } from "@/definition/period";
import { type Condition, conditionText } from "@/query/conditionText";
import { useFieldNames } from "@/query/fieldNames";
import { Refs } from "./Refs";
import "@/definition/words";
import "@/query/words";

export type Row = readonly [string, ReactNode];
type How = MetricDef["definition"];
type Kind<Type extends How["type"]> = Extract<How, { type: Type }>;
type Operand = Kind<"ratio">["numerator"];

/** How the number is made, part by part, in words: one row for each thing that the definition says. */
export function useCalculation(detail: MetricDetail, definition: MetricDef): Row[] {
  const say = useSay(detail);
  const how = definition.definition;
  switch (how.type) {
    case "atomic":
      return say.measure(how.measure);
    case "derived":
      return [say.metric("base", how.base), ...say.restriction(how)];
    case "composite":
      return [
        ...how.inputs.flatMap((input) => [say.named(input.name, input.metric), ...say.restriction(input)]),
        ...say.uses(detail),
      ];
    case "ratio":
      return [
        say.metric("numerator", how.numerator.metric),
        ...say.restriction(how.numerator),
        say.metric("denominator", how.denominator.metric),
        ...say.restriction(how.denominator),
      ];
    case "growth":
      return [
        say.metric("metric", how.metric),
        say.row("against", say.shift(how.shift)),
        say.choice("result", how.result),
      ];
    case "share":
      return [say.metric("metric", how.metric), say.row("of", say.groups(how.of) || say.word("ofAll"))];
    case "index":
      return [say.metric("metric", how.metric), say.row("indexBase", say.period(how.base))];
    case "difference":
      return [
        say.metric("metric", how.metric),
        say.metric("target", how.target),
        say.choice("result", how.result),
      ];
    case "conversion":
      return conversionRows(how, say);
    case "nested":
      return nestedRows(how, say);
    case "rank":
      return rankRows(how, say);
    case "inherited":
      return definition.extends ? [say.metric("extends", definition.extends.metric)] : [];
  }
}

function conversionRows(how: Kind<"conversion">, say: Say): Row[] {
  const pair = ({ many, one }: { many: string; one: string }) => (many === one ? many : `${many} = ${one}`);
  return [
    say.metric("funnelBase", how.base),
    say.metrics("funnelSteps", how.steps),
    say.row("entity", how.entity.map(pair).join(say.comma)),
    ...(how.constants.length > 0 ? [say.row("constants", how.constants.map(pair).join(say.comma))] : []),
    say.row("funnelWindow", how.window ? say.span(how.window) : say.word("anyTime")),
    say.choice("funnelResult", how.result),
  ];
}

function nestedRows(how: Kind<"nested">, say: Say): Row[] {
  const per = [how.grain ? say.level(how.grain) : "", say.groups(how.per)].filter(Boolean).join(say.comma);
  return [
    say.metric("base", how.base),
    ...(per ? [say.row("per", per)] : []),
    say.choice("then", how.aggregation),
    ...(how.without.length > 0 ? [say.row("without", say.groups(how.without))] : []),
    ...(how.only ? [say.row("only", say.groups(how.only) || say.word("ofAll"))] : []),
    ...(how.unfiltered.length > 0 ? [say.row("unfiltered", say.groups(how.unfiltered))] : []),
    ...(how.having ? [say.row("having", say.condition(how.having))] : []),
  ];
}

function rankRows(how: Kind<"rank">, say: Say): Row[] {
  const apart = how.without ?? how.within;
  return [
    say.metric("base", how.base),
    ...(apart.length > 0 ? [say.row(how.without ? "rankWithout" : "rankWithin", say.groups(apart))] : []),
    say.choice("order", how.lowest_first ? "lowest" : "highest"),
    say.choice("ties", how.ties),
  ];
}

type Say = ReturnType<typeof useSay>;
type Label = "base" | "metric" | "numerator" | "denominator" | "target" | "extends" | "funnelBase";
type Told =
  | Label
  | "against"
  | "of"
  | "indexBase"
  | "entity"
  | "constants"
  | "funnelSteps"
  | "funnelWindow"
  | "per"
  | "without"
  | "only"
  | "unfiltered"
  | "having"
  | "rankWithin"
  | "rankWithout";

/** The words for the parts of a calculation. */
function useSay(detail: MetricDetail) {
  const { t } = useTranslation("catalog");
  const { t: query } = useTranslation("query");
  const { t: words } = useTranslation("definition");
  const level = useLevelName();
  const field = useFieldNames();
  const pick = usePick();
  const find = (kind: Ref["kind"], code: string): Ref =>
    detail.references.find((ref) => ref.kind === kind && ref.code === code) ?? bare(kind, code);
  const condition = (value: Condition) => conditionText(value, query, field);
  const period = (value: Period) => periodWords(value, words, level);
  const special: Record<string, string> = { metric_time: t("calc.time"), "*": t("calc.everyFilter") };
  const row = (label: Told, value: ReactNode): Row => [t(`calc.${label}`), value];
  return {
    row,
    period,
    condition,
    level,
    comma: t("calc.comma"),
    word: (name: "ofAll" | "anyTime") => t(`calc.${name}`),
    shift: (value: Shift) => shiftWords(value, words, level),
    span: (value: { count: number; unit: string }) => spanWords(value, words, level),
    groups: (fields: readonly string[]) =>
      fields.map((name) => special[name] ?? field(name)).join(t("calc.comma")),
    metric: (label: Label, code: string): Row => row(label, <Refs refs={[find("metric", code)]} />),
    metrics: (label: Told, codes: readonly string[]): Row =>
      row(label, <Refs refs={codes.map((code) => find("metric", code))} />),
    named: (name: string, code: string): Row => [name, <Refs key={name} refs={[find("metric", code)]} />],
    uses: ({ facts }: MetricDetail): Row[] =>
      facts
        ? [
            [
              t("definition.uses"),
              <Refs key="uses" refs={facts.uses.filter((ref) => ref.kind === "metric")} />,
            ],
          ]
        : [],
    choice: (group: "result" | "funnelResult" | "then" | "order" | "ties", value: string): Row => [
      t(`calc.${group}.label`),
      t(`calc.${group}.${value}` as "calc.result.label"),
    ],
    restriction: (operand: Pick<Operand, "modifiers" | "filter" | "period">): Row[] => [
      ...(operand.modifiers.length > 0
        ? [
            [
              t("definition.modifiers"),
              operand.modifiers.map((code) => pick(find("modifier", code).name)).join(t("calc.comma")),
            ] as const,
          ]
        : []),
      ...(operand.filter ? [[t("definition.filter"), condition(operand.filter)] as const] : []),
      ...(operand.period ? [[t("definition.period"), period(operand.period)] as const] : []),
    ],
    measure: (measure: Kind<"atomic">["measure"]): Row[] => [
      ...(measure.percentile ? [[t("calc.percentile"), `P${measure.percentile * 100}`] as const] : []),
      ...(measure.weight ? [[t("calc.weight"), <code key="weight">{measure.weight}</code>] as const] : []),
      ...(measure.by ? [[t("calc.by"), <code key="by">{measure.by}</code>] as const] : []),
      ...(measure.semi_additive
        ? [
            [
              t("calc.stock"),
              [
                t(`calc.take.${measure.semi_additive.take}`),
                measure.semi_additive.entity.join(t("calc.comma")),
              ]
                .filter(Boolean)
                .join(" · "),
            ] as const,
          ]
        : []),
      ...(measure.filter ? [[t("definition.filter"), condition(measure.filter)] as const] : []),
    ],
  };
}

function bare(kind: Ref["kind"], code: string): Ref {
  return { kind, code, name: { zh: code, en: code } };
}

/** The period that a picture can tell something about; null where the period asked for counts as it is. */
export function pictured(how: How): Period | null {
  switch (how.type) {
    case "derived":
      return how.period ?? null;
    case "growth":
      return { shift: how.shift };
    case "index":
      return how.base;
    default:
      return null;
  }
}
