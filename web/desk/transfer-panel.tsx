// One panel for every way of passing a call on or asking somebody in: whom (agents with their states as they are now, queues, any
// number) and how.

import { Button, Group, Loader, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import type { TransferTarget, TransferWay } from "./session/commands.ts";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { AGENT } from "./state/desk-state.ts";
import { stateWord } from "./words.ts";

const WAYS = ["blind", "consult", "three-way"] as const;
/** Keys of their words. */
const words = { blind: "blind", consult: "consult", "three-way": "threeWay" } as const;
const AGAIN_MS = 3_000;

type Choice = TransferTarget & { readonly name: string; readonly state: string; readonly free: boolean };

export function useAgents(live: boolean) {
  const { agents } = useCommands();
  const { agent } = useModel();
  return useQuery({
    queryKey: ["agents", agent],
    queryFn: agents,
    refetchInterval: live ? AGAIN_MS : false,
    select: (found) => found.filter(({ workno }) => workno !== agent),
  });
}

function useChoices(wanted: string) {
  const { t } = useTranslation();
  const { setup } = useModel();
  const { data, isPending, isError } = useAgents(true);
  const fits = (...words: readonly string[]) =>
    words.some((word) => word.toLowerCase().includes(wanted.trim().toLowerCase()));
  const agents = (data ?? [])
    .filter(({ workno, name }) => fits(workno, name))
    .map(({ workno, name, status, statetime }): Choice => {
      const free = status === AGENT.idle;
      const state = `${stateWord(t, status)} ${duration(1000 * statetime)}`;
      return { kind: "agent", address: workno, name: t("transfer.agent", { name, workno }), state, free };
    })
    .sort((one, other) => Number(other.free) - Number(one.free));
  const queues = (setup?.skills ?? [])
    .filter(({ id, name }) => fits(name, String(id)))
    .map(({ id, name }): Choice => ({ kind: "skill", address: String(id), name, state: "", free: true }));
  const isNumber = /^[0-9*#]{3,24}$/.test(wanted.trim());
  const number: readonly Choice[] =
    isNumber && !agents.some(({ address }) => address === wanted.trim())
      ? [
          {
            kind: "number",
            address: wanted.trim(),
            name: t("transfer.number", { number: wanted.trim() }),
            state: "",
            free: true,
          },
        ]
      : [];
  return { agents, queues, number, isPending, isError };
}

function ChoiceList(props: {
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly chosen: Choice | null;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { title, choices, chosen, onChoose } = props;
  if (choices.length === 0) return null;
  return (
    <section aria-label={title}>
      <Text size="xs" c="dimmed" fw={600}>
        {title}
      </Text>
      <ul className="desk-list">
        {choices.map((choice) => {
          const pressed = chosen?.kind === choice.kind && chosen.address === choice.address;
          return (
            <li key={choice.address}>
              <Button
                variant={pressed ? "light" : "subtle"}
                color={pressed ? "cyan" : "gray"}
                fullWidth
                justify="flex-start"
                aria-pressed={pressed}
                leftSection={<Icon name={pressed ? "check" : "none"} size={16} />}
                rightSection={
                  choice.state === "" ? null : (
                    <span className="desk-target-state" data-free={choice.free}>
                      <span className="desk-dot" /> {choice.state}
                    </span>
                  )
                }
                onClick={() => onChoose(choice)}
              >
                {choice.name}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Ways({ way, onChange }: { readonly way: TransferWay; readonly onChange: (way: TransferWay) => void }) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("transfer.way")} value={way} onChange={(value) => onChange(value as TransferWay)}>
      <Group mt={6} align="flex-start" gap="md">
        {WAYS.map((each) => (
          <Radio
            key={each}
            value={each}
            label={t(`transfer.${words[each]}`)}
            description={t(`transfer.${words[each]}Hint`)}
          />
        ))}
      </Group>
    </Radio.Group>
  );
}

export function TransferPanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  const { transfer } = useCommands();
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [way, setWay] = useState<TransferWay>("blind");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { agents, queues, number, isPending, isError } = useChoices(wanted);
  const nothing = agents.length + queues.length + number.length === 0;
  const go = async () => {
    if (chosen && (await transfer(way, chosen))) onClose();
  };
  return (
    <section
      className="desk-transfer"
      aria-labelledby="transfer"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <Stack gap="sm">
        <Title order={3} size="h5" id="transfer">
          {t("transfer.title")}
        </Title>
        <TextInput
          label={t("transfer.to")}
          placeholder={t("transfer.placeholder")}
          autoComplete="off"
          ref={field}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <div className="desk-targets">
          {isPending ? <Loader size="sm" aria-label={shell("loading")} /> : null}
          {isError ? <Text size="sm">{t("transfer.failed")}</Text> : null}
          <ChoiceList title={t("transfer.agents")} choices={agents} chosen={chosen} onChoose={setChosen} />
          <ChoiceList title={t("transfer.queues")} choices={queues} chosen={chosen} onChoose={setChosen} />
          <ChoiceList title={t("transfer.to")} choices={number} chosen={chosen} onChoose={setChosen} />
          {nothing && !isPending ? (
            <Text size="sm" c="dimmed">
              {wanted === "" ? t("transfer.nobody") : t("transfer.nothing")}
            </Text>
          ) : null}
        </div>
        <Ways way={way} onChange={setWay} />
        <Group>
          <Button disabled={!chosen} onClick={() => void go()} leftSection={<Icon name="transfer" />}>
            {chosen ? t(`transfer.go.${words[way]}`, { target: chosen.name }) : t("transfer.choose")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {shell("cancel")}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
