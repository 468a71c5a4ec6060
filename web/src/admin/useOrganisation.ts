import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, api } from "@/api/client";
import type { DepartmentView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";

export function useDepartments() {
  return useQuery({ queryKey: ["departments"], queryFn: () => answer(api.GET("/api/v1/departments")) });
}

export function useRoles() {
  return useQuery({ queryKey: ["roles"], queryFn: () => answer(api.GET("/api/v1/roles")) });
}

export interface DepartmentNode {
  department: DepartmentView;
  children: DepartmentNode[];
}

/** The tree of a list that has parents before children. */
export function treeOf(departments: readonly DepartmentView[]): DepartmentNode[] {
  const nodes = new Map<string, DepartmentNode>();
  const roots: DepartmentNode[] = [];
  for (const department of departments) {
    const node = { department, children: [] };
    nodes.set(department.code, node);
    const above = department.parent === null ? undefined : nodes.get(department.parent);
    (above ? above.children : roots).push(node);
  }
  return roots;
}

export interface TreeChoice {
  value: string;
  title: string;
  disabled: boolean;
  children: TreeChoice[];
}

/** The organisation for a TreeSelect; the subtree of `without` cannot be chosen. */
export function useDepartmentTree(without?: string): TreeChoice[] {
  const pick = usePick();
  const departments = useDepartments();
  return useMemo(() => {
    const choice = ({ department, children }: DepartmentNode, disabled: boolean): TreeChoice => {
      const off = disabled || department.code === without;
      return {
        value: department.code,
        title: pick(department.name),
        disabled: off,
        children: children.map((child) => choice(child, off)),
      };
    };
    return treeOf(departments.data ?? []).map((node) => choice(node, false));
  }, [departments.data, pick, without]);
}
