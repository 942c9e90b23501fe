// Calling: the number field with a keypad, whose number is shown, and the numbers called lately.

import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { directionOf, useEarlier } from "./session/own-calls.ts";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { keys } from "./shortcuts.tsx";
import { mayDial } from "./state/controls.ts";
import type { DeskCall } from "./state/desk-state.ts";

export const KEYPAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
const MAX_DIGITS = 24;
const RECENT = 8;

export function Keypad({ onKey }: { readonly onKey: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={3} spacing={6} role="group" aria-label={t("dial.keypad")}>
      {KEYPAD.map((key) => (
        <Button key={key} variant="default" size="md" aria-label={t("dial.key", { key })} onClick={() => onKey(key)}>
          {key}
        </Button>
      ))}
    </SimpleGrid>
  );
}

type Called = Pick<DeskCall, "number" | "direction">;

/** Each number once, in the order of the calls. */
function recentOf(calls: readonly Called[]): readonly Called[] {
  const numbers = new Map<string, Called>();
  for (const call of calls.filter(({ number }) => /^[0-9*#]{1,24}$/.test(number)))
    if (!numbers.has(call.number)) numbers.set(call.number, call);
  return [...numbers.values()].slice(0, RECENT);
}

function Recent({ onPick, disabled }: { readonly onPick: (call: Called) => void; readonly disabled: boolean }) {
  const { t } = useTranslation();
  const { desk } = useModel();
  const { calls: earlier } = useEarlier();
  const before = earlier.map((call): Called => ({ number: call.number, direction: directionOf(call) }));
  const recent = recentOf([...desk.calls.toReversed(), ...before]);
  return (
    <section aria-labelledby="recent">
      <Title order={3} size="h6" id="recent" mb={4}>
        {t("dial.recent")}
      </Title>
      {recent.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("dial.noRecent")}
        </Text>
      ) : (
        <ul className="desk-list">
          {recent.map((call) => (
            <li key={call.number}>
              <Button
                variant="subtle"
                color="gray"
                fullWidth
                justify="flex-start"
                disabled={disabled}
                aria-label={t("dial.again", { number: call.number })}
                leftSection={<Icon name={iconOf(call)} size={16} />}
                onClick={() => onPick(call)}
              >
                <span className="desk-number">{call.number}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export const iconOf = ({ direction }: Pick<DeskCall, "direction">) =>
  (({ out: "outgoing", in: "incoming", inside: "inside" }) as const)[direction];

/** Work numbers of this product have at most five digits and are those of agents who are known; everything else is a number. */
const isInside = (number: string, agents: readonly string[]): boolean => agents.includes(number);

export function useDial() {
  const { t } = useTranslation();
  const { desk, phone, phoneState } = useModel();
  const ready = phone?.kind !== "browser" || phoneState === "registered";
  const allowed = mayDial(desk);
  return { may: ready && allowed, why: !allowed ? t("dial.notNow") : ready ? "" : t("dial.notReady") };
}

export function Dialler({ agents }: { readonly agents: readonly string[] }) {
  const { t } = useTranslation();
  const { setup, phone } = useModel();
  const { dial } = useCommands();
  const { may, why } = useDial();
  const [number, setNumber] = useState("");
  const [caller, setCaller] = useState("");
  const [video, setVideo] = useState(false);
  const [tried, setTried] = useState(false);
  const valid = /^[0-9*#]{1,24}$/.test(number);
  const call = async (wanted: string, inside: boolean) => {
    if (await dial(wanted, { caller, inside, video })) setNumber("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(!valid);
    if (valid && may) void call(number, isInside(number, agents));
  };
  const inside = isInside(number, agents);
  return (
    <section className="desk-panel desk-dialler" aria-labelledby="dial">
      <Title order={2} size="h5" id="dial" mb="sm">
        {t("dial.title")}
      </Title>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={t("dial.number")}
            name="number"
            inputMode="tel"
            autoComplete="off"
            aria-keyshortcuts={keys.dial}
            classNames={{ input: "desk-number" }}
            value={number}
            maxLength={MAX_DIGITS}
            onChange={(event) => setNumber(event.currentTarget.value.replaceAll(/[\s()/.-]/g, ""))}
            error={tried && !valid ? t("dial.invalid") : null}
            rightSection={
              number === "" ? null : (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("dial.erase")}
                  onClick={() => setNumber((before) => before.slice(0, -1))}
                >
                  <Icon name="backspace" />
                </ActionIcon>
              )
            }
          />
          <Keypad onKey={(key) => setNumber((before) => (before + key).slice(0, MAX_DIGITS))} />
          {setup && setup.callers.length > 1 && !inside ? (
            <NativeSelect
              label={t("dial.caller")}
              value={caller}
              onChange={(event) => setCaller(event.currentTarget.value)}
              data={[{ value: "", label: t("dial.callerAuto") }, ...setup.callers]}
            />
          ) : null}
          {phone?.video && !inside ? (
            <Checkbox
              label={t("dial.video")}
              checked={video}
              onChange={(event) => setVideo(event.currentTarget.checked)}
            />
          ) : null}
          <Button type="submit" leftSection={<Icon name="phone" />} disabled={!may} fullWidth>
            {inside ? t("dial.agent", { agent: number }) : t("dial.call")}
          </Button>
          {why === "" ? null : (
            <Text size="xs" c="dimmed" role="status">
              {why}
            </Text>
          )}
        </Stack>
      </form>
      <Group mt="md" grow>
        <Recent disabled={!may} onPick={({ number: wanted, direction }) => void call(wanted, direction === "inside")} />
      </Group>
    </section>
  );
}
