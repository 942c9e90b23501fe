// Between a reload and the session that goes on: it comes back, or the gateway does not answer and it is tried again.

import { Alert, Button, Loader, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { after } from "../clock.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { useModel, useSession } from "./session/use-desk.tsx";

const AGAIN_MS = 5_000;

export function Starting() {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  const session = useSession();
  const { refusal } = useModel();
  useEffect(() => (refusal ? after(AGAIN_MS, () => void session.takeOver()) : undefined), [refusal, session]);
  return (
    <Frame>
      <Stack className="desk-narrow" align="center">
        {refusal ? (
          <>
            <Title order={1} size="h3">
              {t("signIn.offline")}
            </Title>
            <Alert icon={<Icon name="wifiOff" />} color="yellow" w="100%">
              {t("signIn.offlineText")}
            </Alert>
            <Button onClick={() => void session.takeOver()}>{shell("retry")}</Button>
          </>
        ) : (
          <>
            <Title order={1} size="h3">
              {t("title")}
            </Title>
            <Loader size="sm" />
            <Text role="status">{t("signIn.starting")}</Text>
          </>
        )}
      </Stack>
    </Frame>
  );
}
