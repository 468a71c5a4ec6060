import { type Language, useLanguage } from "./language";

/** A text of the server in both languages; one side may be empty while a draft is written. */
export interface Text {
  zh?: string;
  en?: string;
}

function pickText(text: Text | null | undefined, language: Language): string {
  if (!text) return "";
  return (language === "en" ? text.en || text.zh : text.zh || text.en) ?? "";
}

/** Return a function that picks the side of a server text for the person's language. */
export function usePick(): (text: Text | null | undefined) => string {
  const { language } = useLanguage();
  return (text) => pickText(text, language);
}
