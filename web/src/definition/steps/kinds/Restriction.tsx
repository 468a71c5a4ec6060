import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { type Condition, conditionText } from "@/query/conditionText";
import { useFieldNames } from "@/query/fieldNames";
import { ConditionBuilder } from "../../ConditionBuilder";
import { useDimensionFields } from "../../conditionFields";
import styles from "../../definition.module.css";
import { Field } from "../../Field";
import { PeriodPicker } from "../../PeriodPicker";
import type { Period } from "../../period";
import { listAt, type Raw, valueAt } from "../../raw";
import { useModifiers } from "../../sources";
import { useWizard } from "../../wizard";
import { useDimensionsOf } from "./fields";
import "@/query/words";

interface Props {
  /** Where the parts are in the definition: faults there are shown here. */
  place: string;
  /** The metric that is restricted. */
  metric: string;
  value: Raw;
  onChange: (name: "modifiers" | "filter" | "period", value: unknown) => void;
}

/** How a metric is restricted and moved in time: modifiers, a filter of its own, a period. */
export function Restriction({ place, metric, value, onChange }: Props) {
  const { t } = useTranslation("definition");
  const { locked } = useWizard();
  const fields = useDimensionFields(useDimensionsOf(metric));
  return (
    <>
      <Modifiers
        place={place}
        chosen={listAt(value, "modifiers")}
        onChange={(codes) => onChange("modifiers", codes.length > 0 ? codes : undefined)}
      />
      <Field path={`${place}.filter`} label={t("formula.ownFilter")} hint={t("formula.ownFilterHint")}>
        {() => (
          <ConditionBuilder
            fields={fields}
            sampleMetric={metric || null}
            value={(valueAt(value, "filter") as Condition | undefined) ?? null}
            disabled={locked}
            onChange={(condition) => onChange("filter", condition)}
          />
        )}
      </Field>
      <Field path={`${place}.period`} label={t("formula.period")} hint={t("formula.periodHint")}>
        {() => (
          <PeriodPicker
            value={(valueAt(value, "period") as Period | undefined) ?? null}
            disabled={locked}
            onChange={(period) => onChange("period", period ?? undefined)}
          />
        )}
      </Field>
    </>
  );
}

interface ModifiersProps {
  place: string;
  chosen: readonly string[];
  onChange: (codes: string[]) => void;
}

function Modifiers({ place, chosen, onChange }: ModifiersProps) {
  const { t } = useTranslation("definition");
  const { t: query } = useTranslation("query");
  const pick = usePick();
  const name = useFieldNames();
  const known = useModifiers();
  return (
    <>
      <Field path={`${place}.modifiers`} label={t("formula.modifiers")} hint={t("formula.modifiersHint")}>
        {(id, isFaulty) => (
          <Select
            id={id}
            mode="multiple"
            className={styles.wide}
            value={[...chosen]}
            loading={known.isPending}
            status={isFaulty ? "error" : undefined}
            placeholder={t("formula.noModifier")}
            showSearch={{ optionFilterProp: ["label", "value"] }}
            onChange={onChange}
            options={known.modifiers.map((modifier) => ({
              value: modifier.code,
              label: pick(modifier.name),
              detail: conditionText(modifier.condition, query, name),
            }))}
            optionRender={(option) => (
              <div className={styles.option}>
                <span>{option.data.label}</span>
                <span className="small faint ellipsis">{option.data.detail}</span>
              </div>
            )}
          />
        )}
      </Field>
      {known.modifiers
        .filter((modifier) => chosen.includes(modifier.code))
        .map((modifier) => (
          <p key={modifier.code} className={styles.quote}>
            <strong>{pick(modifier.name)}</strong>{" "}
            <span className="soft">{conditionText(modifier.condition, query, name)}</span>
          </p>
        ))}
    </>
  );
}

interface OperandProps {
  path: string;
  title: string;
}

/** The same for a part of a ratio, folded while nothing is said there. */
export function OperandRestriction({ path, title }: OperandProps) {
  const { raw, set } = useWizard();
  const operand = (valueAt(raw, path) as Raw | undefined) ?? {};
  const isSaid = ["modifiers", "filter", "period"].some((name) => operand[name] !== undefined);
  return (
    <details className={styles.fold} open={isSaid}>
      <summary>{title}</summary>
      <div className={styles.folded}>
        <Restriction
          place={path}
          metric={String(operand.metric ?? "")}
          value={operand}
          onChange={(name, value) => set(`${path}.${name}`, value)}
        />
      </div>
    </details>
  );
}
