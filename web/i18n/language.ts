// The languages of the pages, and which one is shown: the reader's choice, else the browser's, else English.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { keepLasting, lasting } from "../storage.ts";
import { desk as deskEn } from "./en/desk.ts";
import { shell as shellEn } from "./en/shell.ts";
import { desk as deskZh } from "./zh/desk.ts";
import { shell as shellZh } from "./zh/shell.ts";

export const languages = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof languages;

const storageKey = "seatway.language";

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

function firstLanguage(): Language {
  const wanted = [lasting(storageKey) ?? "", ...navigator.languages].map((tag) => tag.split("-")[0] ?? "");
  return wanted.find(isLanguage) ?? "en";
}

function tellDocument(language: string): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
}

/** Before the first page is drawn. */
export async function openLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { shell: shellEn, desk: deskEn }, zh: { shell: shellZh, desk: deskZh } },
    lng: firstLanguage(),
    fallbackLng: "en",
    defaultNS: "desk",
    // React writes texts as texts.
    interpolation: { escapeValue: false },
  });
  tellDocument(i18next.language);
}

export async function chooseLanguage(language: Language): Promise<void> {
  keepLasting(storageKey, language);
  await i18next.changeLanguage(language);
  tellDocument(language);
}
