// Another agent's state, imposed: busy, idle, rest, signed out. Each is asked once more, and leaves a line in the audit log.

import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardAgent } from "../../src/contract/board.ts";
import { stateWord } from "./agent-state.ts";
import { ask, useAnswer } from "./gateway.ts";
import { Problem } from "./parts.tsx";
import { isKnownFailure } from "./supervision-failures.ts";
import { Sure } from "./sure.tsx";

type Forced = "busy" | "idle" | "rest" | "out";

type Rest = { readonly minutes: string; readonly cause: string };

const MOST_MINUTES = 1439;
const isMinutes = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= MOST_MINUTES;

type ForceProps = {
  readonly agent: BoardAgent;
  /** It is the operator himself: he can end his own session, and no more. */
  readonly own: boolean;
};

export function Force({ agent, own }: ForceProps) {
  const { t } = useTranslation("console");
  const { id, calls } = agent;
  const state = stateWord(agent);
  const [sure, setSure] = useState<Forced | null>(null);
  const [rest, setRest] = useState<Rest>({ minutes: "10", cause: "" });
  const force = useMutation({
    networkMode: "always",
    mutationFn: (forced: Forced): Promise<object> => {
      if (forced === "out") return ask("signOutAgent", { fields: { id } });
      const more = forced === "rest" ? restFields(rest) : {};
      return ask("force", { fields: { id }, body: { state: forced, ...more } });
    },
    onSettled: () => setSure(null),
  });
  const buttons: readonly Forced[] = own
    ? ["out"]
    : (["busy", "idle", "out"] as const).filter((forced) => forced === "out" || forced !== state);
  return (
    <Stack gap="xs" component="section" aria-label={t("force.title")}>
      <Title order={3} size="h6">
        {t("force.title")}
      </Title>
      {calls.length > 0 && !own && <Text size="sm">{t("force.later")}</Text>}
      {!sure && (
        <>
          <Group gap="xs">
            {buttons.map((forced) => (
              <Button key={forced} size="xs" variant="default" onClick={() => setSure(forced)}>
                {forced === "out" ? t("board.signOut") : t(`force.acts.${forced}`)}
              </Button>
            ))}
          </Group>
          {!own && <RestFields rest={rest} change={setRest} send={() => setSure("rest")} />}
        </>
      )}
      <div aria-live="polite">
        {force.error && (
          <Problem fault={force.error} say={(code) => (isKnownFailure(code) ? t(`supervise.failures.${code}`) : "")} />
        )}
        {force.isSuccess && !sure && <Text size="sm">{t("force.done")}</Text>}
      </div>
      {sure && (
        <Sure
          title={sure === "out" ? t("board.sure", { id }) : t(`force.sure.${sure}`, { id, minutes: rest.minutes })}
          text={sure === "out" ? t("board.sureText") : t("force.sureText")}
          go={sure === "out" ? t("board.signOutNow") : t("force.go")}
          busy={force.isPending}
          act={() => force.mutate(sure)}
          leave={() => setSure(null)}
        />
      )}
    </Stack>
  );
}

const restFields = ({ minutes, cause }: Rest) => ({
  seconds: Number(minutes) * 60,
  ...(cause !== "" && { cause: Number(cause) }),
});

type RestProps = { readonly rest: Rest; readonly change: (rest: Rest) => void; readonly send: () => void };

function RestFields({ rest, change, send }: RestProps) {
  const { t } = useTranslation("console");
  const { data } = useAnswer("directory");
  const causes = data?.restCauses ?? [];
  const [first] = causes;
  const cause = rest.cause || `${first?.id ?? ""}`;
  const wrong = !isMinutes(rest.minutes);
  return (
    <Group gap="xs" align="end">
      <TextInput
        size="xs"
        w={150}
        label={t("force.minutes")}
        value={rest.minutes}
        onChange={(event) => change({ cause, minutes: event.currentTarget.value.trim() })}
        error={wrong ? t("force.minutesRule", { most: MOST_MINUTES }) : undefined}
        inputMode="numeric"
      />
      {causes.length > 0 && (
        <NativeSelect
          size="xs"
          label={t("force.cause")}
          value={cause}
          onChange={(event) => change({ ...rest, cause: event.currentTarget.value })}
          data={causes.map(({ id, name }) => ({ value: `${id}`, label: name }))}
        />
      )}
      <Button
        size="xs"
        variant="default"
        disabled={wrong}
        onClick={() => {
          change({ ...rest, cause });
          send();
        }}
      >
        {t("force.acts.rest")}
      </Button>
    </Group>
  );
}
