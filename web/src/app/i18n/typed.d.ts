import "i18next";
import type admin from "@/admin/locales/zh.json";
import type app from "@/app/locales/zh.json";
import type audit from "@/audit/locales/zh.json";
import type calendar from "@/calendar/locales/zh.json";
import type catalog from "@/catalog/locales/zh.json";
import type definition from "@/definition/locales/zh.json";
import type governance from "@/governance/locales/zh.json";
import type home from "@/home/locales/zh.json";
import type identity from "@/identity/locales/zh.json";
import type integration from "@/integration/locales/zh.json";
import type interchange from "@/interchange/locales/zh.json";
import type query from "@/query/locales/zh.json";

// Every key that a `t()` names must exist: a new room adds its Chinese file here.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: {
      admin: typeof admin;
      app: typeof app;
      audit: typeof audit;
      calendar: typeof calendar;
      catalog: typeof catalog;
      definition: typeof definition;
      governance: typeof governance;
      home: typeof home;
      identity: typeof identity;
      integration: typeof integration;
      interchange: typeof interchange;
      query: typeof query;
    };
  }
}
