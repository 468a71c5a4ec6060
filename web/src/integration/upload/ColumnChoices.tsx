import { Checkbox, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FileColumn } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useFormat } from "@/format/useFormat";
import { DATA_TYPES, type DataType } from "../types";
import type { Choice } from "./choices";
import styles from "./upload.module.css";

interface Props {
  columns: readonly FileColumn[];
  rows: number;
  choices: readonly Choice[];
  faults: ReadonlyMap<number, "missing" | "taken">;
  onChange: (choices: Choice[]) => void;
}

/** Each column of the file: take it or leave it, its name, its type and why, what is in it. */
export function ColumnChoices({ columns, rows, choices, faults, onChange }: Props) {
  const { t } = useTranslation("integration");
  const change = (position: number, next: Partial<Choice>) =>
    onChange(choices.map((choice) => (choice.position === position ? { ...choice, ...next } : choice)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.columns} aria-label={t("plan.columns")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("column.take")}</th>
            <th scope="col">{t("column.inFile")}</th>
            <th scope="col">{t("column.name")}</th>
            <th scope="col">{t("column.type")}</th>
            <th scope="col" className={styles.end}>
              {t("column.nulls")}
            </th>
            <th scope="col" className={styles.end}>
              {t("column.distinct")}
            </th>
            <th scope="col">{t("column.samples")}</th>
            <th scope="col">{t("column.why")}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column, place) => {
            const choice = choices[place];
            return (
              choice && (
                <Line
                  key={column.position}
                  column={column}
                  rows={rows}
                  choice={choice}
                  fault={faults.get(column.position)}
                  onChange={(next) => change(column.position, next)}
                />
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface LineProps {
  column: FileColumn;
  rows: number;
  choice: Choice;
  fault: "missing" | "taken" | undefined;
  onChange: (next: Partial<Choice>) => void;
}

function Line({ column, rows, choice, fault, onChange }: LineProps) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const format = useFormat();
  const usable = column.supported !== false;
  const share = rows > 0 ? format.shortText(column.nulls / rows, { unit: "%" }) : "0";
  const told = { name: column.name };
  const samples = (column.samples ?? []).map(String).join(", ");
  return (
    <tr className={choice.kept ? undefined : styles.left}>
      <td>
        <Checkbox
          aria-label={t("column.takeNamed", told)}
          checked={choice.kept}
          disabled={!usable}
          onChange={(event) => onChange({ kept: event.target.checked })}
        />
      </td>
      <td>{column.name}</td>
      <td className={styles.name}>
        <Input
          size="small"
          aria-label={t("column.nameOf", told)}
          value={choice.name}
          status={fault ? "error" : ""}
          disabled={!choice.kept}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        {fault && <div className="small">{t(`column.${fault}`)}</div>}
      </td>
      <td>
        <span className={styles.typed}>
          <Select<DataType>
            size="small"
            className={styles.type}
            aria-label={t("column.typeOf", told)}
            value={choice.type}
            disabled={!choice.kept}
            options={DATA_TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
            onChange={(type) => onChange({ type })}
          />
          {choice.type === "decimal" && (
            <InputNumber
              size="small"
              aria-label={t("column.digitsOf", told)}
              title={t("column.digits")}
              min={0}
              max={18}
              style={{ width: 56 }}
              value={choice.scale}
              disabled={!choice.kept}
              onChange={(scale) => onChange({ scale })}
            />
          )}
        </span>
      </td>
      <td className={styles.end} title={share}>
        {format.count(column.nulls)}
      </td>
      <td className={styles.end}>
        {column.distinct_exact ? "" : "> "}
        {format.count(column.distinct)}
      </td>
      <td>
        <div className={styles.samples} title={samples}>
          {samples}
        </div>
      </td>
      <td className={styles.why}>{usable ? pick(column.reason) : t("column.nested")}</td>
    </tr>
  );
}
