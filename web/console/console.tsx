// The operator's console, loaded when its address is opened. Its pages are in this folder; its words come with it.

import { Title } from "@mantine/core";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame.tsx";
import { console as en } from "./words/en.ts";
import { console as zh } from "./words/zh.ts";

i18next.addResourceBundle("en", "console", en);
i18next.addResourceBundle("zh", "console", zh);

export function Console() {
  const { t } = useTranslation("console");
  return (
    <Frame>
      <Title order={1} size="h3">
        {t("title")}
      </Title>
    </Frame>
  );
}
