// After a call: its code and notes, and how long the wrap-up goes on. The gateway has the timer; this shows it.

import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { duration } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import { Said } from "./said.tsx";
import { useCommands, useModel, useNow } from "./session/use-desk.tsx";
import { keys } from "./shortcuts.tsx";
import type { DeskCall } from "./state/desk-state.ts";
import { choiceWord, numberOf } from "./words.ts";

export function WrapUp({ call }: { readonly call: DeskCall | undefined }) {
  const { t } = useTranslation();
  const { become, endWrapUp } = useCommands();
  const { desk, setup } = useModel();
  const time = useNow();
  const wish = desk.wish ? choiceWord(t, desk.wish) : "";
  const limit = desk.reason === "after-call" ? (setup?.wrapUpMs ?? null) : null;
  return (
    <section className="desk-panel desk-call" data-stage="wrap-up" aria-labelledby="wrap-up">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" id="wrap-up">
            {t("wrapUp.title")}
          </Title>
          <Badge className="desk-badge" variant="light" leftSection={<Icon name="clock" size={13} />} data-wrap-up-left>
            {limit === null
              ? t("wrapUp.noLimit")
              : t("wrapUp.left", { time: duration(Math.max(0, desk.since + limit - time)) })}
          </Badge>
        </Group>
        {call ? (
          <>
            <Text size="sm">{t("wrapUp.last", { number: numberOf(t, call) })}</Text>
            <Said call={call} />
          </>
        ) : null}
        {wish === "" ? null : (
          <Text size="sm" data-wrap-up-next>
            {t("wrapUp.next", { state: wish })}
          </Text>
        )}
        <Group gap="sm">
          {wish === "" ? null : <Button onClick={() => void endWrapUp()}>{t("wrapUp.now", { state: wish })}</Button>}
          <Button
            variant={wish === "" ? "filled" : "default"}
            leftSection={<Icon name="check" />}
            aria-keyshortcuts={keys.ready}
            title={keys.ready}
            onClick={() => void become("ready")}
          >
            {t("wrapUp.ready")}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
