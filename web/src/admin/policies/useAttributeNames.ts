import { useMemo } from "react";
import { useDepartments } from "../useOrganisation";

/** Built in for everybody; others come from departments and people. */
const BUILT_IN = ["username", "department"];

/** Attributes that policies can refer to, as far as departments name them. */
export function useAttributeNames(): string[] {
  const departments = useDepartments();
  return useMemo(() => {
    const named = departments.data?.flatMap((department) => Object.keys(department.attributes)) ?? [];
    return [...new Set([...named.sort(), ...BUILT_IN])];
  }, [departments.data]);
}
