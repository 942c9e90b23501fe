// Scripted calls the other way: an agent of the demo site calls out, again and again. The page signs him in and asks by his own requests.

import { Button, Group, NativeSelect, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneView } from "../../../src/contract/operator-reply.ts";
import { useAnswer } from "../gateway.ts";
import { Rows } from "../parts.tsx";
import { AgentProblem, saidOf } from "./agent-problem.tsx";
import { Framed } from "./frame.tsx";
import { isRunning, isThrough, type Running, start, useScripts } from "./scripts.ts";

const fields = ["called", "times", "every", "hangUp", "wrapUp"] as const;
type Field = (typeof fields)[number];
type Draft = Readonly<Record<Field, string>>;

const whole = (least: number, most: number) => (text: string) =>
  /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;

const fits: Readonly<Record<Field, (text: string) => boolean>> = {
  called: (text) => /^[0-9*#]{1,24}$/.test(text),
  times: whole(1, 1000),
  every: whole(1, 3600),
  hangUp: (text) => text === "" || whole(0, 3600)(text),
  wrapUp: whole(0, 3600),
};

/** 40001 for 101, 40002 for 102; else the first that is registered and nobody's. */
function phoneFor(agent: string, phones: readonly PhoneView[]): string | undefined {
  const free = phones.filter((phone) => phone.contacts.length > 0 && (phone.agent === "" || phone.agent === agent));
  const own =
    free.find((phone) => phone.agent === agent) ?? free.find(({ number }) => number === `${39_900 + Number(agent)}`);
  return (own ?? free[0])?.number;
}

export function AgentCalls() {
  const { t } = useTranslation("console");
  const { data: directory } = useAnswer("directory");
  const { data: phones } = useAnswer("phones", {}, { everyMs: 5_000 });
  const running = useScripts();
  const [agent, setAgent] = useState("102");
  const [draft, setDraft] = useState<Draft>({ called: "40040", times: "10", every: "15", hangUp: "5", wrapUp: "0" });
  const phone = phoneFor(agent, phones ?? []);
  const busy = isRunning(agent);
  const go = useMutation({
    networkMode: "always",
    mutationFn: (place: string) => start(scriptOf(agent, draft), place),
  });
  const wrong = fields.some((name) => !fits[name](draft[name]));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong && !busy && phone !== undefined) go.mutate(phone);
  };
  return (
    <Framed id="agent-calls" title={t("scripts.title")} about={t("scripts.about")}>
      <form onSubmit={send} noValidate aria-label={t("scripts.title")}>
        <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm">
          <NativeSelect
            size="xs"
            label={t("scripts.agent")}
            description={phone === undefined ? t("scripts.noPhone") : t("scripts.atPhone", { phone })}
            value={agent}
            onChange={(event) => setAgent(event.currentTarget.value)}
            data={(directory?.agents ?? []).map(({ id, name }) => ({ value: id, label: `${id} ${name}` }))}
          />
          {fields.map((name) => (
            <TextInput
              key={name}
              size="xs"
              label={t(`scripts.fields.${name}`)}
              description={t(`scripts.hints.${name}`)}
              value={draft[name]}
              onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value.trim() })}
              error={fits[name](draft[name]) ? undefined : t(`scripts.rules.${name}`)}
            />
          ))}
        </SimpleGrid>
        <Group gap="xs" mt="sm">
          <Button type="submit" size="xs" disabled={wrong || busy || phone === undefined} loading={go.isPending}>
            {t("scripts.start")}
          </Button>
          {busy && <Text size="sm">{t("scripts.runs", { id: agent })}</Text>}
        </Group>
        <div aria-live="polite" className="console-result">
          {go.error && <AgentProblem fault={go.error} />}
        </div>
      </form>
      {running.length > 0 && <Scripts running={running} />}
    </Framed>
  );
}

const scriptOf = (agent: string, { called, times, every, hangUp, wrapUp }: Draft) => ({
  ...{ agent, called, times: Number(times), everyMs: Number(every) * 1000 },
  hangUpAfterMs: hangUp === "" ? null : Number(hangUp) * 1000,
  wrapUpMs: Number(wrapUp) * 1000,
});

function Scripts({ running }: { readonly running: readonly Running[] }) {
  const { t } = useTranslation("console");
  return (
    <Rows
      label={t("scripts.list")}
      rows={running}
      rowKey={({ script }) => script.agent}
      empty=""
      columns={[
        { head: t("scripts.agent"), cell: ({ script, phone }) => t("beside", { text: script.agent, more: phone }) },
        { head: t("scripts.fields.called"), cell: ({ script }) => script.called },
        {
          head: t("scripts.calls"),
          cell: ({ script, progress }) =>
            t("scripts.count", { placed: progress.placed, times: script.times, answered: progress.answered }),
        },
        { head: t("scripts.now"), cell: (one) => <Now running={one} /> },
        {
          head: t("scripts.stop"),
          cell: (one) => (
            <Button
              size="compact-xs"
              variant="default"
              disabled={isThrough(one)}
              aria-label={t("scripts.stopOne", { id: one.script.agent })}
              onClick={one.stop}
            >
              {t("scripts.stop")}
            </Button>
          ),
        },
      ]}
    />
  );
}

function Now({ running: { progress } }: { readonly running: Running }) {
  const { t } = useTranslation("console");
  const { refusal, refused, doing } = progress;
  return (
    <>
      {t(`scripts.doing.${doing}`)}
      {refusal && (
        <Text size="xs" c="red">
          {t("scripts.refused", { count: refused, said: saidOf(t, refusal) })}
        </Text>
      )}
    </>
  );
}
