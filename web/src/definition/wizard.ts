import { createContext, useContext } from "react";
import type { DraftView } from "@/api/schema";
import type { Raw, Step } from "./raw";
import type { Checked } from "./useCheck";

/** What every field of the wizard needs. */
export interface Wizard {
  raw: Raw;
  stored: DraftView;
  checked: Checked;
  /** Rises when the content was replaced from outside. */
  epoch: number;
  locked: boolean;
  /** Steps that the person has been through: what is missing there is said. */
  left: ReadonlySet<Step>;
  set: (path: string, value: unknown) => void;
  /** Replace the whole definition. */
  write: (raw: Raw) => void;
}

export const WizardContext = createContext<Wizard | null>(null);

export function useWizard(): Wizard {
  const wizard = useContext(WizardContext);
  if (!wizard) throw new Error("useWizard outside the wizard");
  return wizard;
}
