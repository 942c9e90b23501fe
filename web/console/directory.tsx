// Agents, skills, phones and numbers: what the site file and operators say, and what is registered now.

import { Badge, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  Directory,
  DirectoryAgent,
  DirectoryNumber,
  DirectorySkill,
  OperatorSession,
  PhoneView,
} from "../../src/contract/operator-reply.ts";
import { useAnswer } from "./gateway.ts";
import { queueWords, wayWords } from "./gateway-words.ts";
import { type Column, Page, Part, Rows, Shown } from "./parts.tsx";
import { useSiteEditing } from "./site-entries.tsx";
import { dateAndTime } from "./times.ts";

type PageProps = { readonly session: OperatorSession };

/** Rows in which the text stands anywhere. */
function useSearch<Row>(rows: readonly Row[]) {
  const { t } = useTranslation("console");
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const found = wanted === "" ? rows : rows.filter((row) => JSON.stringify(row).toLowerCase().includes(wanted));
  const field = (
    <TextInput
      size="xs"
      maw={260}
      mb="xs"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      aria-label={t("search")}
      placeholder={t("search")}
    />
  );
  return [found, field] as const;
}

export function AgentsPage({ session }: PageProps) {
  const { t } = useTranslation("console");
  const answer = useAnswer("directory");
  const { create, columns, changes } = useSiteEditing<DirectoryAgent>({ kind: "agents", session }, ({ id }) => id);
  return (
    <Page title={t("pages.agents")} about={t("fromSiteFile")} actions={create}>
      <Shown answer={answer}>{(directory) => <Agents directory={directory} more={columns} />}</Shown>
      {changes}
    </Page>
  );
}

type AgentsProps = { readonly directory: Directory; readonly more: readonly Column<DirectoryAgent>[] };

function Agents({ directory: { agents, skills }, more }: AgentsProps) {
  const { t } = useTranslation("console");
  const [found, search] = useSearch(agents);
  const nameOf = (id: number) => skills.find((skill) => skill.id === id)?.name ?? `${id}`;
  return (
    <div>
      {search}
      <Rows
        label={t("pages.agents")}
        rows={found}
        rowKey={({ id }) => id}
        empty={t("nothingFound")}
        columns={[
          { head: t("agents.id"), cell: ({ id }) => <b>{id}</b> },
          { head: t("agents.name"), cell: ({ name }) => name },
          { head: t("agents.group"), cell: ({ group }) => group || "–" },
          {
            head: t("agents.skills"),
            cell: ({ skills: own }) =>
              own
                .map(({ id, level }) => (level === 1 ? nameOf(id) : t("beside", { text: nameOf(id), more: level })))
                .join(", ") || "–",
          },
          {
            head: t("agents.rights"),
            cell: ({ rights }) => rights.map((right) => t(`rights.${right}`, right)).join(", "),
          },
          { head: t("agents.caller"), cell: ({ caller }) => caller || "–" },
          ...more,
        ]}
      />
    </div>
  );
}

export function SkillsPage({ session }: PageProps) {
  const { t } = useTranslation("console");
  const answer = useAnswer("directory");
  const { create, columns, changes } = useSiteEditing<DirectorySkill>({ kind: "skills", session }, ({ id }) => `${id}`);
  return (
    <Page title={t("pages.skills")} about={t("fromSiteFile")} actions={create}>
      <Shown answer={answer}>
        {({ skills, defaultSkill }) => (
          <Rows
            label={t("pages.skills")}
            rows={skills}
            rowKey={({ id }) => `${id}`}
            empty={t("nothingFound")}
            columns={[
              { head: t("skills.id"), cell: ({ id }) => <b>{id}</b> },
              {
                head: t("skills.name"),
                cell: ({ id, name }) => (id === defaultSkill ? t("skills.default", { name }) : name),
              },
              { head: t("skills.agents"), cell: ({ agents }) => agents, numeric: true },
              { head: t("skills.record"), cell: ({ record }) => (record ? t("yes") : t("no")) },
              {
                head: t("skills.detect"),
                cell: ({ detect }) =>
                  detect.map((what) => t(`said.detects.${what}`, { defaultValue: what })).join(", ") || "–",
              },
              { head: t("skills.queue"), cell: ({ queue }) => queueWords(t, queue) || t("skills.noLimit") },
              ...columns,
            ]}
          />
        )}
      </Shown>
      {changes}
    </Page>
  );
}

export function PhonesPage({ session }: PageProps) {
  const { t } = useTranslation("console");
  const answer = useAnswer("phones", {}, { everyMs: 5_000 });
  const { create, columns, changes } = useSiteEditing<PhoneView>({ kind: "phones", session }, ({ number }) => number);
  return (
    <Page title={t("pages.phones")} about={t("phones.about")} actions={create}>
      <Shown answer={answer}>{(phones) => <Phones phones={phones} more={columns} />}</Shown>
      {changes}
    </Page>
  );
}

type PhonesProps = { readonly phones: readonly PhoneView[]; readonly more: readonly Column<PhoneView>[] };

function Phones({ phones, more }: PhonesProps) {
  const { t, i18n } = useTranslation("console");
  const [found, search] = useSearch(phones);
  return (
    <div>
      {search}
      <Rows
        label={t("pages.phones")}
        rows={found}
        rowKey={({ number }) => number}
        empty={t("nothingFound")}
        columns={[
          { head: t("phones.number"), cell: ({ number }) => <b>{number}</b> },
          {
            head: t("phones.state"),
            cell: ({ contacts }) => (
              <Badge variant="outline" color={contacts.length > 0 ? "teal" : "red"}>
                {t(contacts.length > 0 ? "phones.registered" : "phones.away")}
              </Badge>
            ),
          },
          { head: t("phones.agent"), cell: ({ agent }) => agent || "–" },
          {
            head: t("phones.contacts"),
            cell: ({ contacts }) =>
              contacts.map(({ uri, transport, address, port, expiresAt, simulated }) => (
                <Text key={uri} size="sm">
                  {address}:{port} {transport.toUpperCase()} ·{" "}
                  {t("phones.until", { time: dateAndTime(expiresAt, i18n.language) })}
                  {simulated && ` · ${t("phones.simulated")}`}
                </Text>
              )),
          },
          ...more,
        ]}
      />
    </div>
  );
}

export function NumbersPage({ session }: PageProps) {
  const { t } = useTranslation("console");
  const answer = useAnswer("directory");
  const { create, columns, changes } = useSiteEditing<DirectoryNumber>(
    { kind: "numbers", session },
    ({ pattern }) => pattern,
  );
  return (
    <Page title={t("pages.numbers")} about={t("fromSiteFile")} actions={create}>
      <Shown answer={answer}>
        {({ numbers, menus, callers, defaultCaller }) => (
          <>
            <Part title={t("numbers.incoming")}>
              <Rows
                label={t("numbers.incoming")}
                rows={numbers}
                rowKey={({ pattern }) => pattern}
                empty={t("numbers.none")}
                columns={[
                  { head: t("numbers.pattern"), cell: ({ pattern }) => <b>{pattern}</b> },
                  { head: t("numbers.to"), cell: ({ to }) => wayWords(t, to) },
                  { head: t("numbers.priority"), cell: ({ priority }) => priority, numeric: true },
                  ...columns,
                ]}
              />
            </Part>
            {changes}
            <Part title={t("numbers.menus")}>
              <Rows
                label={t("numbers.menus")}
                rows={menus}
                rowKey={({ name }) => name}
                empty={t("numbers.noMenus")}
                columns={[
                  { head: t("numbers.menu"), cell: ({ name }) => <b>{name}</b> },
                  { head: t("numbers.announcement"), cell: ({ announcement }) => announcement },
                  {
                    head: t("numbers.keys"),
                    cell: ({ keys }) =>
                      Object.entries(keys)
                        .map(([key, way]) => `${key} → ${wayWords(t, way)}`)
                        .join(", "),
                  },
                ]}
              />
            </Part>
            <Part title={t("numbers.callers")}>
              <Text size="sm">
                {callers
                  .map((caller) => (caller === defaultCaller ? t("skills.default", { name: caller }) : caller))
                  .join(", ")}
              </Text>
            </Part>
          </>
        )}
      </Shown>
    </Page>
  );
}
