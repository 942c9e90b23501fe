// The timeline of a call: why it went as it did, its legs with their quality, the SIP ladder, and every request, event, message and
// media fact in one list.

import { Alert, Badge, Button, Chip, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pcap } from "../../src/client/pcap.ts";
import type { CallRecordView } from "../../src/contract/call-record.ts";
import type { Timeline, TimelineEntry, TimelineLayer } from "../../src/contract/timeline.ts";
import { duration } from "../clock.ts";
import { causeWords } from "../i18n/causes.ts";
import { Facts } from "./facts.tsx";
import { useAnswer } from "./gateway.ts";
import { Ladder } from "./ladder.tsx";
import { Legs } from "./legs.tsx";
import { Copy, Empty, Page, Part, Shown } from "./parts.tsx";
import { outcomeColors } from "./records.tsx";
import { saveFile } from "./save-file.ts";
import { dateAndTime, exactTime, timeOf } from "./times.ts";

const layers: readonly TimelineLayer[] = ["request", "event", "sip", "media"];

export function TimelinePage({ callId }: { readonly callId: string }) {
  const { t } = useTranslation("console");
  const answer = useAnswer(
    "timeline",
    { callid: callId },
    { everyMs: (known) => (known?.verdict.outcome === "live" ? 2_000 : false) },
  );
  const live = answer.data?.verdict.outcome === "live";
  return (
    <Page
      title={t("timeline.title", { id: callId })}
      actions={
        <>
          <Button component={Link} href="/console/records" variant="default" size="xs">
            {t("timeline.back")}
          </Button>
          <Button variant="default" size="xs" loading={answer.isFetching} onClick={() => void answer.refetch()}>
            {t(live ? "timeline.refreshLive" : "timeline.refresh")}
          </Button>
        </>
      }
    >
      <Shown answer={answer}>{(timeline) => <Call timeline={timeline} />}</Shown>
    </Page>
  );
}

function Call({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation("console");
  const { record, entries, gateway } = timeline;
  const call = record as CallRecordView | null;
  const messages = entries.filter((entry) => entry.layer === "sip");
  return (
    <>
      <Verdict timeline={timeline} />
      {call && <Summary call={call} />}
      {call && call.legs.length > 0 && (
        <Part title={t("timeline.legs")}>
          <Legs legs={call.legs} />
        </Part>
      )}
      <Part title={t("timeline.ladder")}>
        {messages.length === 0 ? (
          <Empty>{t("timeline.noMessages")}</Empty>
        ) : (
          <>
            <Button
              variant="default"
              size="xs"
              mb="xs"
              onClick={() =>
                saveFile(`${timeline.callId}.pcap`, pcap(messages, gateway), "application/vnd.tcpdump.pcap")
              }
            >
              {t("timeline.pcap")}
            </Button>
            <Ladder messages={messages} />
          </>
        )}
      </Part>
      <Part title={t("timeline.list")}>
        <Entries entries={entries} />
      </Part>
    </>
  );
}

function Verdict({ timeline: { verdict } }: { readonly timeline: Timeline }) {
  const { t } = useTranslation("console");
  const { t: shell } = useTranslation("shell");
  const { outcome, what, advice } = verdict;
  const facts = { ...verdict.facts, text: causeWords(shell, verdict.facts["text"] ?? "") };
  const text = [
    t(`verdicts.${what}`, { ...facts, defaultValue: what }),
    t(`advice.${advice}`, { ...facts, defaultValue: "" }),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
  return (
    <Alert color={outcomeColors[outcome] ?? "gray"} variant="light" title={t("timeline.why")} data-verdict={what}>
      <Text size="sm">{verdict.facts["sip"] ? t("beside", { text, more: verdict.facts["sip"] }) : text}</Text>
    </Alert>
  );
}

function Summary({ call }: { readonly call: CallRecordView }) {
  const { t, i18n } = useTranslation("console");
  const facts = [
    [t("records.startedAt"), dateAndTime(timeOf(call.startedAt), i18n.language)],
    [t("records.kind"), t(`kinds.${call.kind}`, { defaultValue: call.kind })],
    [t("records.caller"), call.caller || "–"],
    [t("records.called"), call.called || "–"],
    [t("records.agents"), call.agents.join(", ") || "–"],
    [t("records.skill"), call.skillName || `${call.skill}`],
    [t("records.talk"), call.talkMs === null ? "–" : duration(call.talkMs)],
    [t("records.hold"), duration(call.holdMs)],
    [t("records.data"), call.data || "–"],
    ...call.wrapUps.map(
      ({ agent, codeName, notes }) =>
        [t("records.wrapUp", { agent }), [codeName, notes].filter(Boolean).join(" · ") || "–"] as const,
    ),
  ] as const;
  return (
    <div>
      <Badge variant="outline" color={outcomeColors[call.outcome] ?? "gray"} mb="xs">
        {t(`outcomes.${call.outcome}`)}
      </Badge>
      <Facts facts={facts} />
    </div>
  );
}

function Entries({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation("console");
  const [shown, setShown] = useState<string[]>([...layers]);
  const begin = entries[0]?.at ?? 0;
  const rows = entries.map((entry, place) => ({ entry, place })).filter(({ entry }) => shown.includes(entry.layer));
  return (
    <>
      <Chip.Group multiple value={shown} onChange={setShown}>
        <Group gap="xs" mb="sm" role="group" aria-label={t("timeline.layers")}>
          {layers.map((layer) => (
            <Chip key={layer} value={layer} size="xs">
              {t(`layers.${layer}`)} {entries.filter((entry) => entry.layer === layer).length}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {rows.length === 0 ? (
        <Empty>{t(entries.length === 0 ? "timeline.nothingKept" : "timeline.noLayer")}</Empty>
      ) : (
        <ol className="timeline">
          {rows.map(({ entry, place }) => (
            <Entry key={place} entry={entry} begin={begin} />
          ))}
        </ol>
      )}
    </>
  );
}

function Entry({ entry, begin }: { readonly entry: TimelineEntry; readonly begin: number }) {
  const { t, i18n } = useTranslation("console");
  const [open, setOpen] = useState(false);
  const { layer, at, agent, title } = entry;
  const detail = detailOf(entry);
  const name = layer === "media" ? t(`facts.${title}`, { defaultValue: title }) : title;
  return (
    <li className={`timeline-entry timeline-${layer}`} data-layer={layer}>
      <span className="timeline-at console-number">{exactTime(at, i18n.language)}</span>
      <span className="timeline-after console-number">+{Math.round(at - begin)} ms</span>
      <span className="timeline-layer">{t(`layers.${layer}`)}</span>
      <span className="timeline-title">
        <b>{name}</b> {agent !== "" && <span>{t("timeline.agent", { agent })}</span>} <Brief entry={entry} />
      </span>
      <span className="timeline-more">
        {entry.layer === "request" && <Copy text={curl(entry)} label={t("timeline.curl")} />}
        {detail !== "" && (
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={open}
            aria-label={t(open ? "timeline.lessOf" : "timeline.moreOf", { title: name })}
            onClick={() => setOpen(!open)}
          >
            {t(open ? "timeline.less" : "timeline.more")}
          </Button>
        )}
      </span>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard
        <pre className="timeline-detail" tabIndex={0}>
          {detail}
        </pre>
      )}
    </li>
  );
}

/** What stands in the line itself. */
function Brief({ entry }: { readonly entry: TimelineEntry }) {
  const { t } = useTranslation("console");
  if (entry.layer === "request") {
    const { retcode, message, ms } = entry;
    return <span>{`${t("timeline.retcode", { retcode })}${message ? ` ${message}` : ""} · ${ms} ms`}</span>;
  }
  if (entry.layer === "sip") {
    const { direction, peer } = entry;
    return (
      <span>
        {t(`timeline.${direction}`, { peer: `${peer.address}:${peer.port}`, transport: peer.transport.toUpperCase() })}
      </span>
    );
  }
  if (entry.layer === "media") {
    const { leg, detail } = entry;
    return <span className="console-code">{[leg, detail].filter(Boolean).join(" · ")}</span>;
  }
  return null;
}

function detailOf(entry: TimelineEntry): string {
  if (entry.layer === "sip") return entry.text.replaceAll("\r\n", "\n").trimEnd();
  if (entry.layer === "event") return JSON.stringify(entry.content, null, 2);
  if (entry.layer === "request")
    return `${entry.method} ${entry.path}${entry.body ? `\n\n${entry.body}` : ""}\n\nTrace-Id: ${entry.trace}`;
  return "";
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The same request again; whoever runs it puts his own Guid in. */
function curl({ method, path, body }: TimelineEntry & { readonly layer: "request" }): string {
  const data = body === "" ? "" : ` -H 'Content-Type: application/json' -d ${quoted(body)}`;
  return `curl -X ${method} -H "Guid: $GUID"${data} ${quoted(location.origin + path)}`;
}
