// Beside an agent: to hear, to whisper, to talk with all, to take the call over. It is the supervisor's own phone that rings for it, so
// he is signed in at the desk too; what stands in the way is said before anybody presses anything.

import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardAgent } from "../../src/contract/board.ts";
import { type StateWord, stateWord } from "./agent-state.ts";
import { ask } from "./gateway.ts";
import { Problem } from "./parts.tsx";
import { isKnownFailure } from "./supervision-failures.ts";
import { Sure } from "./sure.tsx";

export type Mode = "listen" | "whisper" | "insert";
const modes: readonly Mode[] = ["listen", "whisper", "insert"];

type SuperviseProps = {
  readonly agent: BoardAgent;
  readonly agents: readonly BoardAgent[];
  /** The supervisor as an agent; undefined: the board has none like him. */
  readonly me: BoardAgent | undefined;
  readonly user: string;
};

const isTalking = ({ calls }: BoardAgent): boolean =>
  calls.some(({ stage }) => stage === "talking" || stage === "held" || stage === "conferring");

/** As the gateway decides it: who joins a call may be busy or in wrap-up, else he is idle. */
const isReadyFor = (mode: Mode, state: StateWord): boolean =>
  state === "idle" || (mode === "insert" && (state === "busy" || state === "wrapUp"));

const besides = (agents: readonly BoardAgent[], of: string) =>
  agents.flatMap((other) =>
    other.calls.flatMap(({ inspects, stage }) => (inspects?.of === of ? [{ other, mode: inspects.mode, stage }] : [])),
  );

export function Supervise({ agent, agents, me, user }: SuperviseProps) {
  const { t } = useTranslation("console");
  const { id } = agent;
  const [sure, setSure] = useState(false);
  const act = useMutation({
    networkMode: "always",
    mutationFn: (wanted: Mode | "take-over" | "end") => ask("supervise", { fields: { id }, body: { act: wanted } }),
    onSettled: () => setSure(false),
  });
  const watching = besides(agents, id);
  const mine = watching.find(({ other }) => other.id === user);
  const state = me ? stateWord(me) : "out";
  const allowed = modes.filter(
    (mode) => (mode !== "insert" || isTalking(agent)) && (mine ? mode !== mine.mode : isReadyFor(mode, state)),
  );
  return (
    <Stack gap="xs" component="section" aria-label={t("supervise.title")}>
      <Title order={3} size="h6">
        {t("supervise.title")}
      </Title>
      <div role="status">
        <Text size="sm">
          {mine ? (
            <Mine mode={mine.mode} stage={mine.stage} phone={me?.phone ?? ""} />
          ) : (
            <InTheWay state={state} user={user} />
          )}
        </Text>
        {!isTalking(agent) && <Text size="sm">{t("supervise.noTalk")}</Text>}
        {watching
          .filter(({ other }) => other.id !== user)
          .map(({ other, mode }) => (
            <Text key={other.id} size="sm">
              {t("supervise.others", { id: other.id, name: other.name, mode: t(`supervise.modes.${mode}`) })}
            </Text>
          ))}
      </div>
      {act.error && (
        <Problem fault={act.error} say={(code) => (isKnownFailure(code) ? t(`supervise.failures.${code}`) : "")} />
      )}
      {!sure && (
        <Group gap="xs">
          {allowed.map((mode) => (
            <Button
              key={mode}
              size="xs"
              variant="default"
              onClick={() => act.mutate(mode)}
              loading={act.isPending && act.variables === mode}
            >
              {t(`supervise.acts.${mode}`)}
            </Button>
          ))}
          {mine?.stage === "inspecting" && isTalking(agent) && (
            <Button size="xs" variant="default" onClick={() => setSure(true)}>
              {t("supervise.acts.take-over")}
            </Button>
          )}
          {mine && (
            <Button size="xs" variant="default" onClick={() => act.mutate("end")}>
              {t("supervise.acts.end")}
            </Button>
          )}
        </Group>
      )}
      {sure && (
        <Sure
          title={t("supervise.sure", { id })}
          text={t("supervise.sureText")}
          go={t("supervise.takeOverNow")}
          busy={act.isPending}
          act={() => act.mutate("take-over")}
          leave={() => setSure(false)}
        />
      )}
    </Stack>
  );
}

function Mine({ mode, stage, phone }: { readonly mode: Mode; readonly stage: string; readonly phone: string }) {
  const { t } = useTranslation("console");
  return stage === "inspecting" ? t(`supervise.now.${mode}`) : t("supervise.rings", { phone });
}

function InTheWay({ state, user }: { readonly state: StateWord; readonly user: string }) {
  const { t } = useTranslation("console");
  if (state === "out") return t("supervise.needDesk", { user });
  return state === "idle" ? t("supervise.about") : t("supervise.needIdle", { state: t(`states.${state}`) });
}
