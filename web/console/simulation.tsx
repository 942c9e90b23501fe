// The simulator of the demo site: its phones and parties, how each behaves, scripted calls both ways, and dice that make the parties
// fail.

import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StationsView, StationView } from "../../src/contract/operator-reply.ts";
import { ask, keyOf, useAnswer } from "./gateway.ts";
import { Happened } from "./happened.tsx";
import { Page, Part, Problem, Rows, Shown } from "./parts.tsx";
import { AgentCalls } from "./simulator/agent-calls.tsx";
import { Framed } from "./simulator/frame.tsx";
import { PlayScenario } from "./simulator/play-scenario.tsx";

type Kind = keyof StationsView;
type Chosen = { readonly kind: Kind; readonly number: string };

function useChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: keyOf("stations") });
}

export function SimulationPage() {
  const { t } = useTranslation("console");
  const answer = useAnswer("stations", {}, { everyMs: 2_000 });
  const [chosen, setChosen] = useState<Chosen>({ kind: "parties", number: "40040" });
  return (
    <Page title={t("pages.simulation")} about={t("simulation.about")}>
      <Shown answer={answer}>
        {(stations) => {
          const station = stations[chosen.kind].find(({ number }) => number === chosen.number);
          return (
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
              <Stack gap="md">
                {station && <Station key={`${chosen.kind} ${chosen.number}`} kind={chosen.kind} station={station} />}
                <AgentCalls />
                <Dice parties={stations.parties} />
                <PlayScenario parties={stations.parties} />
                <Happened />
              </Stack>
              <div>
                {(["parties", "phones"] as const).map((kind) => (
                  <Part key={kind} title={t(`simulation.${kind}`)}>
                    <Stations kind={kind} stations={stations[kind]} chosen={chosen} choose={setChosen} />
                  </Part>
                ))}
              </div>
            </SimpleGrid>
          );
        }}
      </Shown>
    </Page>
  );
}

type StationsProps = {
  readonly kind: Kind;
  readonly stations: readonly StationView[];
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
};

function Stations({ kind, stations, chosen, choose }: StationsProps) {
  const { t } = useTranslation("console");
  return (
    <Rows
      label={t(`simulation.${kind}`)}
      rows={stations}
      rowKey={({ number }) => number}
      empty={t("nothingFound")}
      columns={[
        {
          head: t("phones.number"),
          cell: ({ number }) => (
            <Button
              size="compact-xs"
              variant={chosen.kind === kind && chosen.number === number ? "filled" : "default"}
              aria-pressed={chosen.kind === kind && chosen.number === number}
              onClick={() => choose({ kind, number })}
            >
              {number}
            </Button>
          ),
        },
        { head: t("simulation.calls"), cell: ({ calls }) => calls, numeric: true },
        {
          head: t("simulation.placed"),
          cell: ({ placed }) => (placed ? t("simulation.placedText", { to: placed.to, status: placed.status }) : "–"),
        },
        { head: t("simulation.does"), cell: ({ behaviour }) => <Does behaviour={behaviour} /> },
      ]}
    />
  );
}

function Does({ behaviour }: { readonly behaviour: StationView["behaviour"] }) {
  const { t } = useTranslation("console");
  const { answerAfterMs: ms, refuse } = behaviour as {
    readonly answerAfterMs: number | null;
    readonly refuse: number | null;
  };
  if (ms === null) return t("simulation.ringsOn");
  return refuse === null ? t("simulation.answers", { ms }) : t("simulation.refuses", { ms, status: refuse });
}

/** A field of the behaviour (docs/sim.md): how it is shown, and what is sent for its text; undefined: not allowed. */
const numbers = ["answerAfterMs", "refuse", "q850", "hangUpAfterMs", "hertz", "dropPackets"] as const;
const flags = ["ring", "video", "registered"] as const;
const words = {
  early: ["", "ringback", "busy", "congestion", "information"],
  speaks: ["tone", "machine", "nothing"],
} as const;
const limits: Readonly<Record<(typeof numbers)[number], readonly [least: number, most: number]>> = {
  ...{ answerAfterMs: [0, 3_600_000], refuse: [300, 699], q850: [1, 127], hangUpAfterMs: [0, 3_600_000] },
  ...{ hertz: [100, 3400], dropPackets: [0, 1] },
};

const isWrong = (name: (typeof numbers)[number], text: string): boolean => {
  if (text === "") return name === "hertz" || name === "dropPackets";
  const form = name === "dropPackets" ? /^(0|1|0?\.\d{1,3})$/ : /^\d{1,7}$/;
  const [least, most] = limits[name];
  return !form.test(text) || Number(text) < least || Number(text) > most;
};

type Draft = Readonly<Record<string, string | boolean>>;

const draftOf = (behaviour: StationView["behaviour"]): Draft =>
  Object.fromEntries(
    Object.entries(behaviour).map(([name, value]) => [name, typeof value === "boolean" ? value : `${value ?? ""}`]),
  );

function Station({ kind, station }: { readonly kind: Kind; readonly station: StationView }) {
  const { t } = useTranslation("console");
  const { number, behaviour, calls, registered } = station;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="station">
      <Stack gap="sm">
        <Group gap="sm">
          <Title order={2} size="h4" id="station">
            {t(`simulation.${kind === "phones" ? "phone" : "party"}`, { number })}
          </Title>
          {registered !== null && (
            <Badge variant="outline" color={registered ? "teal" : "red"}>
              {t(registered ? "phones.registered" : "phones.away")}
            </Badge>
          )}
          <Badge variant="outline" color={calls > 0 ? "cyan" : "gray"}>
            {t("simulation.inCalls", { count: calls })}
          </Badge>
        </Group>
        <Actions kind={kind} number={number} />
        <BehaviourForm key={JSON.stringify(behaviour)} kind={kind} number={number} behaviour={behaviour} />
      </Stack>
    </Paper>
  );
}

function Actions({ kind, number }: Chosen) {
  const { t } = useTranslation("console");
  const [to, setTo] = useState("8000");
  const [digits, setDigits] = useState("1");
  const changed = useChanged();
  const act = useMutation({
    networkMode: "always",
    mutationFn: ({ action, body }: { readonly action: string; readonly body?: object }) =>
      ask("simulate", { fields: { kind, number, action }, body: body ?? {} }),
    onSettled: changed,
  });
  const wrongTo = !/^[0-9*#+]{1,24}$/.test(to);
  const wrongDigits = !/^[0-9*#A-D]{1,32}$/.test(digits);
  return (
    <Stack gap="xs">
      <Group align="end" gap="xs">
        <TextInput
          size="xs"
          label={t("simulation.to")}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={wrongTo ? t("simulation.toRule") : undefined}
        />
        <Button size="xs" disabled={wrongTo} onClick={() => act.mutate({ action: "call", body: { to } })}>
          {t("simulation.call")}
        </Button>
        <TextInput
          size="xs"
          label={t("simulation.digits")}
          value={digits}
          onChange={(event) => setDigits(event.currentTarget.value)}
          error={wrongDigits ? t("simulation.digitsRule") : undefined}
          w={120}
        />
        <Button
          size="xs"
          variant="default"
          disabled={wrongDigits}
          onClick={() => act.mutate({ action: "dial", body: { digits } })}
        >
          {t("simulation.dial")}
        </Button>
        <Button size="xs" variant="default" onClick={() => act.mutate({ action: "hangup" })}>
          {t("simulation.hangUp")}
        </Button>
      </Group>
      <div aria-live="polite">{act.error && <Problem fault={act.error} />}</div>
    </Stack>
  );
}

function BehaviourForm({ kind, number, behaviour }: Chosen & Pick<StationView, "behaviour">) {
  const { t } = useTranslation("console");
  const [draft, setDraft] = useState<Draft>(draftOf(behaviour));
  const changed = useChanged();
  const put = (name: string, value: string | boolean) => setDraft((before) => ({ ...before, [name]: value }));
  const textOf = (name: string): string => `${draft[name] ?? ""}`;
  const change = useMutation({
    networkMode: "always",
    mutationFn: (reset: boolean) =>
      reset
        ? ask("simulate", { fields: { kind, number, action: "reset" }, body: {} })
        : ask("behave", { fields: { kind, number }, body: bodyOf(draft, kind) }),
    onSettled: changed,
  });
  const wrong = numbers.some((name) => isWrong(name, textOf(name)));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) change.mutate(false);
  };
  return (
    <form onSubmit={send} noValidate aria-label={t("simulation.behaviour")}>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm">
        {numbers.map((name) => (
          <TextInput
            key={name}
            size="xs"
            label={t(`behaviour.${name}`)}
            description={t(`behaviour.${name}About`)}
            value={textOf(name)}
            onChange={(event) => put(name, event.currentTarget.value.trim())}
            error={
              isWrong(name, textOf(name))
                ? t("behaviour.rule", { least: limits[name][0], most: limits[name][1] })
                : undefined
            }
          />
        ))}
        {(Object.keys(words) as (keyof typeof words)[]).map((name) => (
          <NativeSelect
            key={name}
            size="xs"
            label={t(`behaviour.${name}`)}
            description={t(`behaviour.${name}About`)}
            value={textOf(name)}
            onChange={(event) => put(name, event.currentTarget.value)}
            data={words[name].map((value) => ({ value, label: t(`behaviour.words.${value || "none"}`) }))}
          />
        ))}
      </SimpleGrid>
      <Group gap="lg" mt="sm">
        {flags
          .filter((name) => name !== "registered" || kind === "phones")
          .map((name) => (
            <Checkbox
              key={name}
              label={t(`behaviour.${name}`)}
              checked={draft[name] === true}
              onChange={(event) => put(name, event.currentTarget.checked)}
            />
          ))}
      </Group>
      <Group gap="xs" mt="sm">
        <Button type="submit" size="xs" disabled={wrong} loading={change.isPending}>
          {t("simulation.save")}
        </Button>
        <Button size="xs" variant="default" onClick={() => change.mutate(true)}>
          {t("simulation.reset")}
        </Button>
      </Group>
      <div aria-live="polite" className="console-result">
        {change.error && <Problem fault={change.error} />}
      </div>
    </form>
  );
}

/** As the simulation wants it: numbers as numbers, an empty text as null. */
function bodyOf(draft: Draft, kind: Kind): object {
  const values = Object.entries(draft).map(([name, value]) => {
    if (typeof value === "boolean") return [name, value];
    if ((numbers as readonly string[]).includes(name)) return [name, value === "" ? null : Number(value)];
    return [name, value === "" ? null : value];
  });
  return Object.fromEntries(values.filter(([name]) => name !== "registered" || kind === "phones"));
}

const failures = [486, 480, 503, 404, 603];

/** Each party for itself: it fails in one of five ways, or is as it was. */
function Dice({ parties }: { readonly parties: readonly StationView[] }) {
  const { t } = useTranslation("console");
  const [share, setShare] = useState("30");
  const changed = useChanged();
  const wrong = !/^\d{1,3}$/.test(share) || Number(share) > 100;
  const roll = useMutation({
    networkMode: "always",
    async mutationFn() {
      let failing = 0;
      for (const { number } of parties) {
        const fields = { kind: "parties", number };
        if (Math.random() * 100 < Number(share)) {
          failing += 1;
          const refuse = failures[Math.floor(Math.random() * failures.length)];
          await ask("behave", { fields, body: { refuse, answerAfterMs: 1000 } });
        } else await ask("simulate", { fields: { ...fields, action: "reset" }, body: {} });
      }
      return failing;
    },
    onSettled: changed,
  });
  return (
    <Framed id="dice" title={t("simulation.dice")} about={t("simulation.diceAbout")}>
      <Group align="end" gap="xs">
        <TextInput
          size="xs"
          label={t("simulation.share")}
          value={share}
          onChange={(event) => setShare(event.currentTarget.value.trim())}
          error={wrong ? t("simulation.shareRule") : undefined}
          w={160}
        />
        <Button size="xs" disabled={wrong} loading={roll.isPending} onClick={() => roll.mutate()}>
          {t("simulation.roll")}
        </Button>
      </Group>
      <div aria-live="polite" className="console-result">
        {roll.error && <Problem fault={roll.error} />}
        {roll.data !== undefined && (
          <Alert color="cyan" variant="light" mt="xs">
            {t("simulation.rolled", { count: roll.data, all: parties.length })}
          </Alert>
        )}
      </div>
    </Framed>
  );
}
