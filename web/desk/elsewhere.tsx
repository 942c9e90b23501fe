// Another tab of this browser has the desk: whose it is, and "take over here".

import { Button, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { useModel, useSession } from "./session/use-desk.tsx";

export function Elsewhere() {
  const { t } = useTranslation();
  const session = useSession();
  const { agent } = useModel();
  const [taking, setTaking] = useState(false);
  const [free, setFree] = useState(false);
  useEffect(() => session.whenFree(() => setFree(true)), [session]);
  const take = () => {
    setTaking(true);
    void session.takeOver().finally(() => setTaking(false));
  };
  return (
    <Frame>
      <Stack className="desk-narrow desk-panel" p={{ base: "md", xs: "xl" }} align="flex-start">
        <Icon name="microphoneOff" size={32} />
        <Title order={1} size="h3">
          {t("elsewhere.title")}
        </Title>
        <Text role="status">
          {free ? t("elsewhere.free") : agent ? t("elsewhere.text", { agent }) : t("elsewhere.textUnknown")}
        </Text>
        <Button onClick={take} loading={taking} data-autofocus>
          {taking ? t("elsewhere.taking") : t("elsewhere.take")}
        </Button>
      </Stack>
    </Frame>
  );
}
