// The agent's desk.

import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame.tsx";

export function Desk() {
  const { t } = useTranslation();
  return (
    <Frame>
      <Title order={1} size="h3">
        {t("title")}
      </Title>
    </Frame>
  );
}
