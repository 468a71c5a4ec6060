import type { ConnectionView } from "@/api/schema";

export const DATABASES: Record<ConnectionView["kind"], { name: string; port: number }> = {
  postgres: { name: "PostgreSQL", port: 5432 },
  mysql: { name: "MySQL / MariaDB", port: 3306 },
};
