// One agent of the board in a dialog: what he does, and what a supervisor may do about it.

import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { BoardAgent } from "../../src/contract/board.ts";
import { stateWord } from "./agent-state.ts";
import { ask } from "./gateway.ts";
import { Problem } from "./parts.tsx";

type LookProps = { readonly agent: BoardAgent | undefined; readonly close: () => void };

/** One agent, and the end of his session; that is asked once more. */
export function AgentLook({ agent, close }: LookProps) {
  const { t } = useTranslation("console");
  return (
    <Modal
      opened={agent !== undefined}
      onClose={close}
      title={agent && `${agent.id} ${agent.name}`}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
      // Locking the page behind it writes a style that the page's policy does not let through.
      lockScroll={false}
    >
      {agent && <AgentFacts key={agent.id} agent={agent} />}
    </Modal>
  );
}

function AgentFacts({ agent }: { readonly agent: BoardAgent }) {
  const { t } = useTranslation("console");
  const { id, phone, calls, rest } = agent;
  const state = stateWord(agent);
  const [sure, setSure] = useState(false);
  const signOut = useMutation({
    networkMode: "always",
    mutationFn: () => ask("signOutAgent", { fields: { id } }),
    onSuccess: () => setSure(false),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t(`states.${state}`)}
        {rest && ` · ${rest.name || rest.cause}`}
        {phone !== "" && ` · ${t("board.phone", { phone })}`}
      </Text>
      {calls.map(({ callId, partners, stage }) => (
        <Link key={callId} href={`/console/calls/${encodeURIComponent(callId)}`}>
          {partners.join(", ") || t("unknownNumber")} · {t(`stages.${stage}`, { defaultValue: stage })}
        </Link>
      ))}
      {signOut.error && <Problem fault={signOut.error} />}
      {state !== "out" && !sure && (
        <Button variant="default" w="fit-content" onClick={() => setSure(true)}>
          {t("board.signOut")}
        </Button>
      )}
      {state !== "out" && sure && (
        <Alert color="red" variant="light" title={t("board.sure", { id })}>
          <Stack gap="xs">
            <Text size="sm">{t("board.sureText")}</Text>
            <Group gap="xs">
              <Button color="red" loading={signOut.isPending} onClick={() => signOut.mutate()}>
                {t("board.signOutNow")}
              </Button>
              <Button variant="default" onClick={() => setSure(false)}>
                {t("board.leave")}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
