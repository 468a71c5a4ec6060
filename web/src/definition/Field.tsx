import { Input } from "antd";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionFault } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import styles from "./definition.module.css";
import { stepOf, textAt, typeOf } from "./raw";
import { useWizard } from "./wizard";

interface FieldProps {
  /** Where the value is in the definition: faults there are shown here. */
  path: string;
  label: string;
  hint?: ReactNode;
  required?: boolean;
  /** The id goes to the control, so that the label names it. */
  children: (id: string, isFaulty: boolean) => ReactNode;
  /** Faults deeper than the path are somebody else's to show. */
  exact?: boolean;
}

function isAt(fault: DefinitionFault, path: string, exact: boolean): boolean {
  if (fault.field === path) return true;
  return !exact && (fault.field.startsWith(`${path}.`) || fault.field.startsWith(`${path}[`));
}

export function useFaults(path: string, exact = false): DefinitionFault[] {
  const { checked, left, raw } = useWizard();
  // Nobody is told that a field is empty before the step was left.
  const isDue = (fault: DefinitionFault) =>
    fault.code !== "missing" || left.has(stepOf(fault.field, typeOf(raw)));
  return checked.faults.filter((fault) => isAt(fault, path, exact) && isDue(fault));
}

/** A label, its control, and what is wrong with what is in it. */
export function Field({ path, label, hint, required = false, children, exact = false }: FieldProps) {
  const id = useId();
  const faults = useFaults(path, exact);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {required && (
          <span className={styles.required} aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children(id, faults.length > 0)}
      {hint && <div className={styles.hint}>{hint}</div>}
      <FaultList faults={faults} />
    </div>
  );
}

export function FaultList({ faults }: { faults: readonly DefinitionFault[] }) {
  const pick = usePick();
  if (faults.length === 0) return null;
  return (
    <ul className={styles.faults} aria-live="polite">
      {faults.map((fault) => (
        <li key={`${fault.field}/${fault.code}/${fault.start}/${pick(fault.text)}`}>
          {pick(fault.text)}
          {pick(fault.remedy) && <span className={styles.remedy}> {pick(fault.remedy)}</span>}
        </li>
      ))}
    </ul>
  );
}

interface TextFieldProps {
  path: string;
  label: string;
  hint?: ReactNode;
  placeholder?: string;
  required?: boolean;
  rows?: number;
  mono?: boolean;
  onChange?: (text: string) => void;
}

export function TextField({
  path,
  label,
  hint,
  placeholder,
  required,
  rows,
  mono,
  onChange,
}: TextFieldProps) {
  const { raw, set } = useWizard();
  const change = onChange ?? ((text: string) => set(path, text));
  return (
    <Field path={path} label={label} hint={hint} required={required}>
      {(id, isFaulty) => {
        const common = {
          id,
          value: textAt(raw, path),
          placeholder,
          status: isFaulty ? ("error" as const) : undefined,
          "aria-invalid": isFaulty,
        };
        return rows ? (
          <Input.TextArea
            {...common}
            autoSize={{ minRows: rows, maxRows: 12 }}
            onChange={(event) => change(event.target.value)}
          />
        ) : (
          <Input
            {...common}
            className={mono ? "mono" : undefined}
            onChange={(event) => change(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

interface BilingualProps {
  path: string;
  label: string;
  hint?: ReactNode;
  placeholders?: { zh: string; en: string };
  required?: boolean;
  rows?: number;
  onChange?: (side: "zh" | "en", text: string) => void;
}

/** A text in both languages, side by side. */
export function BilingualField({
  path,
  label,
  hint,
  placeholders,
  required = false,
  rows,
  onChange,
}: BilingualProps) {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  const id = useId();
  const faults = useFaults(path);
  const side = (name: "zh" | "en") => {
    const common = {
      id: `${id}-${name}`,
      lang: name,
      value: textAt(raw, `${path}.${name}`),
      placeholder: placeholders?.[name],
      "aria-label": `${label} ${t(`language.${name}`)}`,
      status: faults.length > 0 && !textAt(raw, `${path}.${name}`) ? ("error" as const) : undefined,
    };
    const change = (text: string) => (onChange ? onChange(name, text) : set(`${path}.${name}`, text));
    return (
      <div className={styles.side}>
        <span className={styles.sideName} aria-hidden="true">
          {t(`language.${name}`)}
        </span>
        {rows ? (
          <Input.TextArea
            {...common}
            autoSize={{ minRows: rows, maxRows: 12 }}
            onChange={(event) => change(event.target.value)}
          />
        ) : (
          <Input {...common} onChange={(event) => change(event.target.value)} />
        )}
      </div>
    );
  };
  return (
    <div className={styles.field}>
      <label htmlFor={`${id}-zh`} className={styles.label}>
        {label}
        {required && (
          <span className={styles.required} aria-hidden="true">
            *
          </span>
        )}
      </label>
      <div className={styles.sides}>
        {side("zh")}
        {side("en")}
      </div>
      {hint && <div className={styles.hint}>{hint}</div>}
      <FaultList faults={faults} />
    </div>
  );
}
