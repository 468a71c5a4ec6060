import type { Permission } from "@/app/session";

type Dashed<Name extends string> = Name extends `${infer Head}.${infer Tail}` ? `${Head}_${Tail}` : Name;

/** Key of a permission's name: `metric.read` is `permission.metric_read`, since a dot separates levels. */
export function permissionWord<Name extends Permission>(permission: Name): `permission.${Dashed<Name>}` {
  return `permission.${permission.replace(".", "_")}` as `permission.${Dashed<Name>}`;
}
