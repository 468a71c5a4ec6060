import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { initReactI18next } from "react-i18next";
import enApp from "@/app/locales/en.json";
import zhApp from "@/app/locales/zh.json";
import { recall, remember } from "@/app/storage";

export type Language = "zh" | "en";
const LANGUAGES: readonly Language[] = ["zh", "en"];

/** The words of one room in both languages; the English file has the same keys as the Chinese one. */
export interface RoomWords {
  zh: object;
  en: object;
}

function firstLanguage(): Language {
  return recall("language", LANGUAGES) ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
}

function mark(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: false,
  defaultNS: "app",
  resources: { zh: { app: zhApp }, en: { app: enApp } },
  interpolation: { escapeValue: false },
  initAsync: false,
  returnNull: false,
});
mark(currentLanguage());

/** Add the words of a room; called once where the room's code is loaded. */
export function registerWords(room: string, words: RoomWords): void {
  i18next.addResourceBundle("zh", room, words.zh);
  i18next.addResourceBundle("en", room, words.en);
}

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "zh";
}

export function setLanguage(language: Language): void {
  remember("language", language);
  mark(language);
  void i18next.changeLanguage(language);
}

function subscribe(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}

export function useLanguage() {
  const language = useSyncExternalStore(subscribe, currentLanguage);
  return { language, setLanguage };
}
