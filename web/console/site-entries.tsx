// Entries of the site that an administrator creates, changes and deletes: the buttons for it on the pages of agents, skills, phones, numbers
// and trunks, and what has been changed so far.

import { Badge, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OperatorSession } from "../../src/contract/operator-reply.ts";
import type { SiteEntryView, SiteKind } from "../../src/contract/site-edit.ts";
import { ask, useAnswer } from "./gateway.ts";
import { type Column, Part, Problem, Rows } from "./parts.tsx";
import { SiteEntryDialog } from "./site-entry-dialog.tsx";

/** What a dialog is open for; `null` in `entry`: a new one. */
type Opened = { readonly entry: SiteEntryView | null };

export type SiteEditing<Row> = {
  /** Goes beside the heading. */
  readonly create: ReactNode;
  /** Goes behind the other columns. */
  readonly columns: readonly Column<Row>[];
  /** Goes below the table. */
  readonly changes: ReactNode;
};

type Editable = { readonly kind: SiteKind; readonly session: OperatorSession };

/** `keyIn`: what the entry of a row is told by. */
export function useSiteEditing<Row>({ kind, session }: Editable, keyIn: (row: Row) => string): SiteEditing<Row> {
  const { t } = useTranslation("console");
  const isAdministrator = session.rights === "administrator";
  const { data } = useAnswer("siteEntries", {}, { when: isAdministrator });
  const [opened, setOpened] = useState<Opened | null>(null);
  if (!isAdministrator || !data) return { create: null, columns: [], changes: null };
  const entries = data[kind];
  const change = (row: Row) => {
    const key = keyIn(row);
    const entry = entries.find((one) => one.key === key);
    return entry ? (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t("site.changeOne", { key })}
        onClick={() => setOpened({ entry })}
      >
        {t("site.change")}
      </Button>
    ) : null;
  };
  return {
    create: (
      <Button size="xs" onClick={() => setOpened({ entry: null })}>
        {t(`site.new.${kind}`)}
      </Button>
    ),
    columns: [{ head: t("site.change"), cell: change }],
    changes: (
      <>
        <Changes kind={kind} entries={entries} change={(entry) => setOpened({ entry })} />
        {opened && <SiteEntryDialog kind={kind} entry={opened.entry} close={() => setOpened(null)} />}
      </>
    ),
  };
}

type ChangesProps = {
  readonly kind: SiteKind;
  readonly entries: readonly SiteEntryView[];
  readonly change: (entry: SiteEntryView) => void;
};

/** What is not as the site file has it. */
function Changes({ kind, entries, change }: ChangesProps) {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const takeBack = useMutation({
    networkMode: "always",
    mutationFn: (key: string) => ask("takeBackEntry", { fields: { kind, key }, body: {} }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["operator"] }),
  });
  const changed = entries.filter(({ state }) => state !== "file");
  if (changed.length === 0) return null;
  return (
    <Part title={t("site.changes")}>
      <Text size="sm" c="dimmed" mb="xs">
        {t("site.changesAbout")}
      </Text>
      {takeBack.error && <Problem fault={takeBack.error} />}
      <Rows
        label={t("site.changes")}
        rows={changed}
        rowKey={({ key }) => key}
        empty=""
        columns={[
          { head: t("site.entry"), cell: ({ key }) => <b>{key}</b> },
          { head: t("site.state"), cell: ({ state, waits }) => <State state={state} waits={waits} /> },
          {
            head: t("site.change"),
            cell: (entry) => (
              <Group gap="xs">
                {entry.state !== "gone" && (
                  <Button size="compact-xs" variant="default" onClick={() => change(entry)}>
                    {t("site.change")}
                  </Button>
                )}
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={takeBack.isPending && takeBack.variables === entry.key}
                  onClick={() => takeBack.mutate(entry.key)}
                >
                  {t("site.takeBack")}
                </Button>
              </Group>
            ),
          },
        ]}
      />
    </Part>
  );
}

function State({ state, waits }: Pick<SiteEntryView, "state" | "waits">) {
  const { t } = useTranslation("console");
  return (
    <Group gap="xs">
      {state !== "file" && t(`site.states.${state}`)}
      {waits && (
        <Badge variant="outline" color="yellow">
          {t("site.waits")}
        </Badge>
      )}
    </Group>
  );
}
