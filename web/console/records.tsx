// Call records: found by filter, page by page, exported as they are found; each leads to its timeline.

import { Badge, Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { CallRecordView } from "../../src/contract/call-record.ts";
import { duration, momentOf } from "../clock.ts";
import { causeWords } from "../i18n/causes.ts";
import { ask, type Fields, gateway } from "./gateway.ts";
import { isMomentOrNothing, MomentField } from "./moment-field.tsx";
import { Page, Problem, Rows } from "./parts.tsx";
import { dateAndTime, timeOf } from "./times.ts";

const outcomes = ["answered", "abandoned", "failed", "unanswered", "live", "cut-off"] as const;

export const outcomeColors: Readonly<Record<string, string>> = {
  ...{ answered: "teal", live: "cyan", failed: "red", abandoned: "yellow", unanswered: "gray", "cut-off": "red" },
};

const nothing = { from: "", to: "", agent: "", skill: "", number: "", outcome: "" };
type Filter = typeof nothing;

/** Each field that is wrong. */
const rules: Readonly<Partial<Record<keyof Filter, RegExp>>> = {
  agent: /^([1-9]\d{0,8})?$/,
  skill: /^\d{0,9}$/,
  number: /^[0-9*#+]{0,24}$/,
};

export function RecordsPage() {
  const { t } = useTranslation("console");
  const [filter, setFilter] = useState<Fields>({});
  const found = useInfiniteQuery({
    queryKey: ["operator", "records", filter],
    queryFn: ({ pageParam, signal }) => ask("records", { fields: { ...filter, limit: 50, after: pageParam } }, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
    networkMode: "always",
    retry: 0,
  });
  const rows = found.data?.pages.flatMap(({ records }) => records) ?? [];
  return (
    <Page title={t("pages.records")} actions={<Exports filter={filter} />}>
      <FilterForm search={setFilter} again={() => void found.refetch()} busy={found.isFetching} />
      {found.error && <Problem fault={found.error} again={() => void found.refetch()} />}
      {found.data && <Records rows={rows} />}
      {found.hasNextPage && (
        <Button
          variant="default"
          w="fit-content"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </Page>
  );
}

function Exports({ filter }: { readonly filter: Fields }) {
  const { t } = useTranslation("console");
  const href = (format: string) => gateway.address("records", { ...filter, format, limit: "all" });
  return (
    <>
      <Button component="a" href={href("csv")} download variant="default" size="xs">
        {t("records.csv")}
      </Button>
      <Button component="a" href={href("legs")} download variant="default" size="xs">
        {t("records.legs")}
      </Button>
    </>
  );
}

type FormProps = { readonly search: (filter: Fields) => void; readonly again: () => void; readonly busy: boolean };

function FilterForm({ search, again, busy }: FormProps) {
  const { t } = useTranslation("console");
  const [filter, setFilter] = useState<Filter>(nothing);
  const wrong = (name: keyof Filter): string | undefined =>
    rules[name]?.test(filter[name]) === false ? t(`records.rules.${name as "agent"}`) : undefined;
  const fill = (name: keyof Filter) => (value: string) => setFilter((before) => ({ ...before, [name]: value }));
  const set = (name: keyof Filter) => (event: { readonly currentTarget: { readonly value: string } }) =>
    fill(name)(event.currentTarget.value);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if ((Object.keys(nothing) as (keyof Filter)[]).some((name) => wrong(name))) return;
    const { from, to, ...rest } = filter;
    if (!isMomentOrNothing(from) || !isMomentOrNothing(to)) return;
    const [since, until] = [momentOf(from), momentOf(to)];
    // An equal filter finds what has come since.
    search({ ...rest, ...(since !== null && { from: since }), ...(until !== null && { to: until }) });
    again();
  };
  return (
    <form onSubmit={send} noValidate className="console-filter" aria-label={t("records.filter")}>
      <MomentField label={t("records.from")} value={filter.from} onChange={fill("from")} />
      <MomentField label={t("records.to")} value={filter.to} onChange={fill("to")} />
      <TextInput
        size="xs"
        label={t("records.agent")}
        value={filter.agent}
        onChange={set("agent")}
        error={wrong("agent")}
      />
      <TextInput
        size="xs"
        label={t("records.skill")}
        value={filter.skill}
        onChange={set("skill")}
        error={wrong("skill")}
      />
      <TextInput
        size="xs"
        label={t("records.number")}
        value={filter.number}
        onChange={set("number")}
        error={wrong("number")}
      />
      <NativeSelect
        size="xs"
        label={t("records.outcome")}
        value={filter.outcome}
        onChange={set("outcome")}
        data={[
          { value: "", label: t("records.any") },
          ...outcomes.map((value) => ({ value, label: t(`outcomes.${value}`) })),
        ]}
      />
      <Group gap="xs" align="end">
        <Button type="submit" size="xs" loading={busy}>
          {t("records.search")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setFilter(nothing);
            search({});
          }}
        >
          {t("records.clear")}
        </Button>
      </Group>
    </form>
  );
}

function Records({ rows }: { readonly rows: readonly CallRecordView[] }) {
  const { t, i18n } = useTranslation("console");
  const { t: shell } = useTranslation("shell");
  return (
    <Rows
      label={t("pages.records")}
      rows={rows}
      rowKey={({ callId }) => callId}
      empty={t("records.none")}
      columns={[
        {
          head: t("records.startedAt"),
          cell: ({ callId, startedAt }) => (
            <Link href={`/console/calls/${encodeURIComponent(callId)}`}>
              {dateAndTime(timeOf(startedAt), i18n.language)}
            </Link>
          ),
          when: true,
        },
        { head: t("records.kind"), cell: ({ kind }) => t(`kinds.${kind}`, { defaultValue: kind }) },
        { head: t("records.caller"), cell: ({ caller }) => caller || "–" },
        { head: t("records.called"), cell: ({ called }) => called || "–" },
        { head: t("records.agents"), cell: ({ agents }) => agents.join(", ") || "–" },
        { head: t("records.skill"), cell: ({ skillName, skill }) => skillName || skill },
        {
          head: t("records.outcome"),
          cell: ({ outcome, detectText }) => (
            <>
              <Badge variant="outline" color={outcomeColors[outcome] ?? "gray"}>
                {t(`outcomes.${outcome}`)}
              </Badge>{" "}
              {causeWords(shell, detectText ?? "")}
            </>
          ),
        },
        {
          head: t("records.talk"),
          cell: ({ talkMs }) => (talkMs === null ? "–" : duration(talkMs)),
          numeric: true,
        },
        { head: t("records.recordings"), cell: ({ recordings }) => recordings.length || "–", numeric: true },
      ]}
    />
  );
}
