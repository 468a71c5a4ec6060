import type { ChangeCard, ChangeView } from "@/api/schema";
import type { Tone } from "@/components/StatusTag";

/** The stricter the class, the louder. */
export const CLASS_TONES: Record<ChangeView["change_class"], Tone> = {
  cosmetic: "neutral",
  stewardship: "neutral",
  additive: "accent",
  drift: "warn",
  semantic: "warn",
  structural: "warn",
  protection: "bad",
};

export const STATE_TONES: Record<ChangeCard["state"], Tone> = {
  pending: "accent",
  blocked: "warn",
  approved: "good",
  rejected: "bad",
  returned: "warn",
  withdrawn: "neutral",
};
