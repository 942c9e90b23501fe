// One agent of the board in a dialog: what he does, and what a supervisor may do about it.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { BoardAgent, BoardCall } from "../../src/contract/board.ts";
import { reasonOf, stateWord } from "./agent-state.ts";
import { Force } from "./force.tsx";
import { ask } from "./gateway.ts";
import { Problem } from "./parts.tsx";
import { Supervise } from "./supervise.tsx";
import { isKnownFailure } from "./supervision-failures.ts";
import { Sure } from "./sure.tsx";

type LookProps = {
  /** undefined: nobody is looked at. */
  readonly agent: BoardAgent | undefined;
  /** All of the board. */
  readonly agents: readonly BoardAgent[];
  /** Work number of who looks. */
  readonly user: string;
  readonly close: () => void;
};

export function AgentLook({ agent, agents, user, close }: LookProps) {
  const { t } = useTranslation("console");
  return (
    <Modal
      opened={agent !== undefined}
      onClose={close}
      title={agent && `${agent.id} ${agent.name}`}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
      size="lg"
      // Locking the page behind it writes a style that the page's policy does not let through.
      lockScroll={false}
    >
      {agent && <AgentFacts key={agent.id} agent={agent} agents={agents} user={user} />}
    </Modal>
  );
}

function AgentFacts({ agent, agents, user }: Omit<LookProps, "close" | "agent"> & { readonly agent: BoardAgent }) {
  const { t } = useTranslation("console");
  const { id, phone, calls } = agent;
  const state = stateWord(agent);
  const reason = reasonOf(agent, t);
  const me = agents.find((other) => other.id === user);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t(`states.${state}`)}
        {reason !== "" && ` · ${reason}`}
        {phone !== "" && ` · ${t("board.phone", { phone })}`}
      </Text>
      {calls.map((call) => (
        <OneCall key={call.callId} call={call} />
      ))}
      {state !== "out" && id !== user && <Supervise agent={agent} agents={agents} me={me} user={user} />}
      {state !== "out" && <Force agent={agent} own={id === user} />}
    </Stack>
  );
}

function OneCall({ call: { callId, partners, stage, inspects } }: { readonly call: BoardCall }) {
  const { t } = useTranslation("console");
  const [sure, setSure] = useState(false);
  const drop = useMutation({
    networkMode: "always",
    mutationFn: () => ask("dropCall", { fields: { callid: callId } }),
    onSettled: () => setSure(false),
  });
  const who = partners.join(", ") || t("unknownNumber");
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between">
        <Link href={`/console/calls/${encodeURIComponent(callId)}`}>
          {who} · {t(`stages.${stage}`, { defaultValue: stage })}
        </Link>
        {!inspects && !sure && (
          <Button size="compact-xs" variant="default" onClick={() => setSure(true)}>
            {t("force.drop")}
          </Button>
        )}
      </Group>
      {drop.error && (
        <Problem fault={drop.error} say={(code) => (isKnownFailure(code) ? t(`supervise.failures.${code}`) : "")} />
      )}
      {sure && (
        <Sure
          title={t("force.sureDrop", { who })}
          text={t("force.sureDropText")}
          go={t("force.dropNow")}
          busy={drop.isPending}
          act={() => drop.mutate()}
          leave={() => setSure(false)}
        />
      )}
    </Stack>
  );
}
