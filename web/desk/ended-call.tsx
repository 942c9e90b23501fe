// A call that has just ended, until it is put aside: who hung up, or why it did not come about and what to do now.

import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { causeWords } from "../i18n/causes.ts";
import { Icon } from "../shell/icon.tsx";
import { useDial } from "./dialler.tsx";
import { useCommands } from "./session/use-desk.tsx";
import type { DeskCall, Failure } from "./state/desk-state.ts";
import { failureWords, numberOf } from "./words.ts";

function Failed({ failure, number }: { readonly failure: Failure; readonly number: string }) {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  const { text, now } = failureWords(t, failure);
  return (
    <>
      <Title order={2} size="h5">
        {t("failure.title", { number })}
      </Title>
      <Text fw={600}>{text}</Text>
      <Text>{now}</Text>
      <Text size="xs" c="dimmed">
        {failure.detect === null ? "" : `${t("failure.code", { code: failure.detect })} · `}
        {t("failure.said", { text: causeWords(shell, failure.text) })}
      </Text>
    </>
  );
}

export function EndedCall({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { dial, clear } = useCommands();
  const { may } = useDial();
  const number = numberOf(t, call);
  const ends = {
    ...{ us: t("call.endedUs"), rejected: t("call.rejected") },
    ...{ other: t("call.endedOther"), "": t("call.endedUnknown") },
  };
  return (
    <section className="desk-panel desk-call" data-stage="ended" role="alert" aria-label={t("call.region", { number })}>
      <Stack gap={6}>
        {call.failure && call.talkingAt === null ? (
          <Failed failure={call.failure} number={number} />
        ) : (
          <>
            <Title order={2} size="h5" className="desk-number">
              {number}
            </Title>
            <Text>{ends[call.endedBy]}</Text>
          </>
        )}
        <Group gap={8} mt={4}>
          {/^[0-9*#]{1,24}$/.test(call.number) ? (
            <Button
              disabled={!may}
              leftSection={<Icon name="phone" />}
              onClick={() => void dial(call.number, { inside: call.direction === "inside" })}
            >
              {t("call.again")}
            </Button>
          ) : null}
          <Button variant="default" onClick={() => clear(call)}>
            {t("call.close")}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
