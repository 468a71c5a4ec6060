import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Condition } from "@/query/conditionText";
import { ConditionBuilder } from "../../ConditionBuilder";
import { useInnerFields } from "../../conditionFields";
import styles from "../../definition.module.css";
import { Field } from "../../Field";
import { listAt, textAt, valueAt } from "../../raw";
import { LevelSelect } from "../../units";
import { useWizard } from "../../wizard";
import { ChoiceField, GroupsField } from "./fields";

const AGGREGATIONS = ["avg", "median", "max", "min", "sum", "count", "stddev", "recomputed"] as const;

/** First by a finer group (each day, each customer), then an aggregate of that. */
export function NestedFormula() {
  const { t } = useTranslation("definition");
  const { raw, set, locked } = useWizard();
  const base = textAt(raw, "definition.base");
  const isRecomputed = textAt(raw, "definition.aggregation") === "recomputed";
  const fields = useInnerFields(listAt(raw, "definition.per"));
  return (
    <>
      {!isRecomputed && (
        <div className={styles.pair}>
          <Field path="definition.grain" label={t("nested.grain")} hint={t("nested.grainHint")}>
            {(id) => (
              <LevelSelect
                id={id}
                value={textAt(raw, "definition.grain") || null}
                label={t("nested.grain")}
                none={t("nested.noGrain")}
                withCalendar
                withHours
                onChange={(grain) => set("definition.grain", grain ?? undefined)}
              />
            )}
          </Field>
          <GroupsField
            path="definition.per"
            metric={base}
            label={t("nested.per")}
            hint={t("nested.perHint")}
            placeholder={t("nested.noPer")}
          />
        </div>
      )}
      <ChoiceField
        path="definition.aggregation"
        usual="avg"
        values={AGGREGATIONS}
        label={t("nested.then")}
        word={(value) => t(`nested.thens.${value}`)}
        isLong
      />
      {!isRecomputed && (
        <Field path="definition.having" label={t("nested.having")} hint={t("nested.havingHint")}>
          {() => (
            <ConditionBuilder
              fields={fields}
              sampleMetric={base || null}
              value={(valueAt(raw, "definition.having") as Condition | undefined) ?? null}
              disabled={locked}
              onChange={(condition) => set("definition.having", condition)}
            />
          )}
        </Field>
      )}
      <Coarser base={base} />
    </>
  );
}

/** Groups of the question that the outer aggregate does not have, and filters that do not touch it. */
function Coarser({ base }: { base: string }) {
  const { t } = useTranslation("definition");
  const { raw } = useWizard();
  const isSaid = ["without", "only", "unfiltered"].some(
    (name) => valueAt(raw, `definition.${name}`) !== undefined,
  );
  return (
    <details className={styles.fold} open={isSaid}>
      <summary>{t("nested.more")}</summary>
      <div className={styles.folded}>
        <GroupsField
          path="definition.without"
          metric={base}
          label={t("nested.without")}
          hint={t("nested.withoutHint")}
          placeholder={t("groups.none")}
          withTime
        />
        <GroupsField
          path="definition.only"
          metric={base}
          label={t("nested.only")}
          hint={t("nested.onlyHint")}
          placeholder={t("groups.none")}
          withTime
        />
        <GroupsField
          path="definition.unfiltered"
          metric={base}
          label={t("nested.unfiltered")}
          hint={t("nested.unfilteredHint")}
          placeholder={t("groups.none")}
          withTime
          withEveryFilter
        />
      </div>
    </details>
  );
}

/** The place of each row. */
export function RankFormula() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  const base = textAt(raw, "definition.base");
  const isLowest = valueAt(raw, "definition.lowest_first") === true;
  const isAcross = Array.isArray(valueAt(raw, "definition.without"));
  return (
    <>
      <Field path="definition.lowest_first" label={t("rank.order")}>
        {(id) => (
          <Segmented
            id={id}
            aria-label={t("rank.order")}
            className={styles.choice}
            value={isLowest ? "lowest" : "highest"}
            onChange={(name) => set("definition.lowest_first", name === "lowest" ? true : undefined)}
            options={(["highest", "lowest"] as const).map((name) => ({
              value: name,
              label: t(`rank.orders.${name}`),
            }))}
          />
        )}
      </Field>
      {!isAcross && (
        <GroupsField
          path="definition.within"
          metric={base}
          label={t("rank.within")}
          hint={t("rank.withinHint")}
          placeholder={t("rank.withinAll")}
          withTime
        />
      )}
      {listAt(raw, "definition.within").length === 0 && (
        <GroupsField
          path="definition.without"
          metric={base}
          label={t("rank.without")}
          hint={t("rank.withoutHint")}
          placeholder={t("groups.none")}
          withTime
        />
      )}
      <ChoiceField
        path="definition.ties"
        usual="gap"
        values={["gap", "dense", "distinct"]}
        label={t("rank.ties")}
        word={(value) => t(`rank.tie.${value}`)}
      />
    </>
  );
}
