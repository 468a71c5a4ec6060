import type { MetricCard, VersionCard } from "@/api/schema";
import type { Tone } from "@/components/StatusTag";

export const STATUS_TONES: Record<MetricCard["status"], Tone> = {
  proposed: "neutral",
  scheduled: "accent",
  published: "good",
  deprecated: "warn",
  archived: "neutral",
};

export const VERSION_TONES: Record<VersionCard["state"], Tone> = {
  in_review: "accent",
  rejected: "bad",
  withdrawn: "neutral",
  scheduled: "accent",
  current: "good",
  superseded: "neutral",
};
