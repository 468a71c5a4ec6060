import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useLevelName } from "@/calendar/levels";
import { Who } from "@/components/Who";
import { PERIOD_PARTS, type Period, periodWords } from "@/definition/period";
import { domainNodes, useDomains } from "@/definition/sources";
import { type Condition, conditionText } from "@/query/conditionText";
import "@/definition/words";
import "@/query/words";

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const CONDITIONS = ["compare", "in", "null", "match", "formula", "and", "or", "not"];

function isCondition(value: Fields): boolean {
  return typeof value.kind === "string" && CONDITIONS.includes(value.kind);
}

function isText(value: Fields): boolean {
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name === "zh" || name === "en");
}

function isPeriod(value: Fields): boolean {
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => PERIOD_PARTS.some((part) => part === name));
}

const CODE = /(formula|expression|code|dataset|base|time_column|columns?)$/;

/** A value of a definition as a person says it: texts in both languages, conditions and periods in words. */
export function ValueWords({ path, value }: { path: string; value: unknown }) {
  const { t } = useTranslation("governance");
  const { t: query } = useTranslation("query");
  const { t: definition } = useTranslation("definition");
  const level = useLevelName();
  if (value === null || value === undefined || value === "")
    return <span className="faint">{t("value.none")}</span>;
  if (typeof value === "boolean") return <>{t(value ? "value.yes" : "value.no")}</>;
  if (typeof value === "number") return <span className="num">{value}</span>;
  if (typeof value === "string") return <Name path={path} value={value} />;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="faint">{t("value.none")}</span>;
    return (
      <>
        {value.map((item, index) => (
          <span key={JSON.stringify(item)}>
            {index > 0 && t("value.comma")}
            <ValueWords path={path} value={item} />
          </span>
        ))}
      </>
    );
  }
  if (!isFields(value)) return null;
  if (isCondition(value)) return <>{conditionText(value as unknown as Condition, query)}</>;
  if (isPeriod(value)) return <>{periodWords(value as Period, definition, level)}</>;
  if (isText(value)) {
    return (
      <>
        {["zh", "en"]
          .map((side) => value[side])
          .filter((side) => typeof side === "string" && side !== "")
          .map((side) => (
            <div key={String(side)}>{String(side)}</div>
          ))}
      </>
    );
  }
  return (
    <>
      {Object.entries(value).map(([name, inner]) => (
        <div key={name}>
          <span className="faint">{name}: </span>
          <ValueWords path={`${path}.${name}`} value={inner} />
        </div>
      ))}
    </>
  );
}

const PLACES = ["domain", "subject"];
const PEOPLE = ["owner", "steward"];

/** A text as a person says it: domains and people by their names, formulas and codes as written. */
function Name({ path, value }: { path: string; value: string }) {
  if (PLACES.includes(path)) return <Place code={value} />;
  if (PEOPLE.includes(path)) return <Who username={value} />;
  return CODE.test(path) ? <code>{value}</code> : <Word path={path} value={value} />;
}

/** A domain or subject area by its name; one that the reader does not see keeps its code. */
function Place({ code }: { code: string }) {
  const pick = usePick();
  const { data } = useDomains();
  const name = pick(domainNodes(data ?? []).find((node) => node.code === code)?.name);
  return name ? <span title={code}>{name}</span> : <code>{code}</code>;
}

/** Words for the choices that a definition makes; everything else is shown as written. */
function Word({ path, value }: { path: string; value: string }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const level = useLevelName();
  const known: Record<string, () => string> = {
    direction: () => t(`metadata.directions.${value}` as "metadata.directions.higher"),
    sensitivity: () => t(`metadata.sensitivities.${value}` as "metadata.sensitivities.public"),
    fill: () => t(`metadata.fills.${value}` as "metadata.fills.zero"),
    row_set: () => t(`metadata.rowSets.${value}` as "metadata.rowSets.facts"),
    zero_division: () => t(`formula.zeroDivision.${value}` as "formula.zeroDivision.zero"),
    smallest_grain: () => level(value),
    "definition.type": () => app(`metricType.${value}` as "metricType.atomic"),
    "definition.measure.aggregation": () => t(`formula.aggregations.${value}` as "formula.aggregations.sum"),
  };
  return <>{known[path]?.() ?? value}</>;
}
