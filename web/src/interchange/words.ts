import { registerWords } from "@/app/i18n/language";
import en from "./locales/en.json";
import zh from "./locales/zh.json";

registerWords("interchange", { zh, en });
