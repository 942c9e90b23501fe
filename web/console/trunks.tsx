// Trunks: what each knows of itself, and the doctor: an OPTIONS now, and a test call.

import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OperatorSession } from "../../src/contract/operator-reply.ts";
import type { TrunkProbe, TrunkReport, TrunkTest } from "../../src/contract/trunk.ts";
import { Facts } from "./facts.tsx";
import { ask, keyOf, useAnswer } from "./gateway.ts";
import { Empty, Page, Problem, Rows, Shown } from "./parts.tsx";
import { useSiteEditing } from "./site-entries.tsx";
import { dateAndTime, timeOf } from "./times.ts";

const colors = { up: "teal", full: "yellow", resting: "yellow", down: "red", "not-registered": "red" } as const;

export function TrunksPage({ session }: { readonly session: OperatorSession }) {
  const { t } = useTranslation("console");
  const answer = useAnswer("trunks", {}, { everyMs: 5_000 });
  const { create, columns, changes } = useSiteEditing<TrunkReport>({ kind: "trunks", session }, ({ name }) => name);
  const change = columns[0]?.cell;
  return (
    <Page title={t("pages.trunks")} about={t("trunks.about")} actions={create}>
      <Shown answer={answer}>
        {({ trunks }) =>
          trunks.length === 0 ? (
            <Empty>{t("trunks.none")}</Empty>
          ) : (
            trunks.map((trunk) => (
              <Trunk
                key={trunk.name}
                trunk={trunk}
                mayTest={session.rights === "administrator"}
                change={change?.(trunk)}
              />
            ))
          )
        }
      </Shown>
      {changes}
    </Page>
  );
}

type TrunkProps = { readonly trunk: TrunkReport; readonly mayTest: boolean; readonly change: ReactNode };

function Trunk({ trunk, mayTest, change }: TrunkProps) {
  const { t, i18n } = useTranslation("console");
  const { name, uri, state, patterns, priority, channels, registration, nat, probes, replies } = trunk;
  const facts = [
    [t("trunks.uri"), uri],
    [t("trunks.patterns"), patterns.join(", ")],
    [t("trunks.channels"), `${channels.inUse} / ${channels.limit ?? "∞"}`],
    [t("trunks.priority"), `${priority}`],
    [
      t("trunks.registration"),
      registration
        ? `${t(`said.registrations.${registration.state}`)} ${registration.status || ""}`
        : t("trunks.noRegistration"),
    ],
    [t("trunks.nat"), nat ? t("trunks.advertised", { seen: nat.seen, address: nat.advertised }) : "–"],
  ] as const;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={`trunk-${name}`}>
      <Stack gap="sm">
        <Group gap="sm">
          <Title order={2} size="h4" id={`trunk-${name}`}>
            {name}
          </Title>
          <Badge variant="outline" color={colors[state]}>
            {t(`trunks.states.${state}`)}
          </Badge>
          {change}
        </Group>
        {nat?.hint && (
          <Alert color="yellow" variant="light" title={t("trunks.natHint")}>
            {nat.hint}
          </Alert>
        )}
        <Facts facts={facts} />
        {mayTest && <Doctor name={name} />}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <History title={t("trunks.probes")} empty={t("trunks.noProbes")} entries={probes} language={i18n.language} />
          <History
            title={t("trunks.replies")}
            empty={t("trunks.noReplies")}
            entries={replies.map(({ reason, q850, ...probe }) => ({
              ...probe,
              said: `${reason}${q850 === null ? "" : ` (Q.850 ${q850})`}`,
            }))}
            language={i18n.language}
          />
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}

type HistoryProps = {
  readonly title: string;
  readonly empty: string;
  readonly entries: readonly (TrunkProbe & { readonly said?: string })[];
  readonly language: string;
};

function History({ title, empty, entries, language }: HistoryProps) {
  const { t } = useTranslation("console");
  const rows = entries.map((entry, place) => ({ ...entry, key: `${entry.at} ${place}` }));
  return (
    <div>
      <Text fw={600} size="sm" component="h3">
        {title}
      </Text>
      <Rows
        label={title}
        rows={rows}
        rowKey={({ key }) => key}
        empty={empty}
        columns={[
          { head: t("trunks.at"), cell: ({ at }) => dateAndTime(timeOf(at), language), when: true },
          { head: t("trunks.status"), cell: ({ status, local, said = "" }) => `${local ?? status} ${said}` },
          { head: t("trunks.ms"), cell: ({ ms }) => ms, numeric: true },
        ]}
      />
    </div>
  );
}

function Doctor({ name }: { readonly name: string }) {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const wrong = !/^[0-9*#]{0,24}$/.test(number);
  const test = useMutation({
    networkMode: "always",
    mutationFn: () => ask("testTrunk", { fields: { name }, body: { number } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf("trunks") }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) test.mutate();
  };
  return (
    <form onSubmit={send} noValidate>
      <Group align="start" gap="sm">
        <TextInput
          label={t("trunks.number")}
          description={t("trunks.numberAbout")}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
          error={wrong ? t("trunks.numberRule") : undefined}
          inputMode="tel"
          w={280}
        />
        <Button type="submit" className="console-act" loading={test.isPending} disabled={wrong}>
          {number === "" ? t("trunks.probe") : t("trunks.testCall")}
        </Button>
      </Group>
      <div aria-live="polite" className="console-result">
        {test.error && <Problem fault={test.error} />}
        {test.data && <Found test={test.data} />}
      </div>
    </form>
  );
}

function Found({ test: { probe, call } }: { readonly test: TrunkTest }) {
  const { t } = useTranslation("console");
  const fine = probe.local === null && probe.status !== 503 && call?.outcome !== "failed";
  return (
    <Alert color={fine ? "teal" : "red"} variant="light" title={t(fine ? "trunks.fine" : "trunks.ill")} mt="sm">
      <Text size="sm">OPTIONS: {`${probe.local ?? probe.status}, ${probe.ms} ms`}</Text>
      {call && (
        <Text size="sm">
          INVITE: {t(`trunks.outcomes.${call.outcome}`)}, {`${call.status} ${call.reason}, ${call.ms} ms`}
        </Text>
      )}
    </Alert>
  );
}
