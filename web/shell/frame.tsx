// What stands around every page: the head with the product's name, what the page puts there, language and colours; then the page.

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Brand } from "./brand.tsx";
import { Preferences } from "./preferences.tsx";

export type FrameProps = {
  /** In the head, between the name and the preferences. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
};

export function Frame({ head, children }: FrameProps) {
  const { t } = useTranslation("shell");
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="frame-head">
        <Brand />
        {head ?? <span className="frame-space" />}
        <Preferences />
      </header>
      <main id="content" className="frame-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
