import {
  AppstoreOutlined,
  AuditOutlined,
  CalendarOutlined,
  DatabaseOutlined,
  HomeOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";
import type { Permission } from "./session";

export interface Place {
  path: string;
  /** Key below `nav.` in the words of the app. */
  word: "home" | "library" | "data" | "calendar" | "governance" | "admin" | "audit";
  icon: ComponentType;
  /** The place is shown to people who hold any of these. */
  any: readonly Permission[];
  /** Hidden from people who hold this: another place leads there for them. */
  unless?: Permission;
}

/** The left navigation, in order. A place is added here together with its routes, never before. */
export const PLACES: readonly Place[] = [
  { path: "/", word: "home", icon: HomeOutlined, any: ["metric.read"] },
  { path: "/library", word: "library", icon: AppstoreOutlined, any: ["metric.read"] },
  { path: "/data", word: "data", icon: DatabaseOutlined, any: ["data.read"] },
  {
    path: "/data/calendar",
    word: "calendar",
    icon: CalendarOutlined,
    any: ["metric.read"],
    unless: "data.read",
  },
  {
    path: "/governance",
    word: "governance",
    icon: AuditOutlined,
    any: ["change.decide", "metric.draft", "audit.read"],
  },
  {
    path: "/admin",
    word: "admin",
    icon: SettingOutlined,
    any: ["people.manage", "policy.manage", "audit.read"],
  },
  { path: "/audit", word: "audit", icon: SafetyCertificateOutlined, any: ["audit.read"] },
];
