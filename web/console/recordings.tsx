// Recordings: found by agent, skill and call, heard with their waveform.

import { Button, Group, Loader, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { RecordingPeaks, RecordingView } from "../../src/contract/operator-reply.ts";
import { duration } from "../clock.ts";
import { ask, type Fields, gateway, useAnswer } from "./gateway.ts";
import { Page, Problem, Rows, Shown } from "./parts.tsx";
import { bytesText, dateAndTime } from "./times.ts";

const page = 50;

export function RecordingsPage() {
  const { t } = useTranslation("console");
  const [filter, setFilter] = useState<Fields>({});
  const [offset, setOffset] = useState(0);
  const answer = useAnswer("recordings", { ...filter, offset, limit: page }, { everyMs: 10_000 });
  const full = answer.data?.length === page;
  return (
    <Page title={t("pages.recordings")} about={t("recordings.about")}>
      <FilterForm
        search={(fields) => {
          setFilter(fields);
          setOffset(0);
        }}
      />
      <Shown answer={answer}>{(rows) => <Recordings rows={rows} />}</Shown>
      {(offset > 0 || full) && (
        <Group gap="xs">
          <Button variant="default" size="xs" disabled={offset === 0} onClick={() => setOffset(offset - page)}>
            {t("newer")}
          </Button>
          <Button variant="default" size="xs" disabled={!full} onClick={() => setOffset(offset + page)}>
            {t("older")}
          </Button>
        </Group>
      )}
    </Page>
  );
}

const nothing = { agent: "", skill: "", callid: "" };
const forms = { agent: /^([1-9]\d{0,8})?$/, skill: /^\d{0,9}$/, callid: /^.{0,256}$/ } as const;
const names = ["agent", "skill", "callid"] as const;

function FilterForm({ search }: { readonly search: (fields: Fields) => void }) {
  const { t } = useTranslation("console");
  const [filter, setFilter] = useState(nothing);
  const fits = (name: (typeof names)[number]): boolean => forms[name].test(filter[name]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (names.every(fits)) search(filter);
  };
  return (
    <form onSubmit={send} noValidate className="console-filter" aria-label={t("records.filter")}>
      {names.map((name) => (
        <TextInput
          key={name}
          size="xs"
          label={t(`records.${name}`)}
          value={filter[name]}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setFilter((before) => ({ ...before, [name]: value.trim() }));
          }}
          error={fits(name) ? undefined : t(`records.rules.${name}`)}
        />
      ))}
      <Button type="submit" size="xs">
        {t("records.search")}
      </Button>
    </form>
  );
}

function Recordings({ rows }: { readonly rows: readonly RecordingView[] }) {
  const { t, i18n } = useTranslation("console");
  const [chosen, setChosen] = useState<number | null>(null);
  const heard = rows.find(({ taskId }) => taskId === chosen);
  return (
    <Stack gap="md">
      {heard && <Player key={heard.taskId} recording={heard} close={() => setChosen(null)} />}
      <Rows
        label={t("pages.recordings")}
        rows={rows}
        rowKey={({ taskId }) => `${taskId}`}
        empty={t("recordings.none")}
        columns={[
          {
            head: t("recordings.hear"),
            cell: ({ taskId, state }) => (
              <Button
                size="compact-xs"
                variant={taskId === chosen ? "filled" : "default"}
                disabled={state === "running" || state === "failed"}
                aria-label={t("recordings.hearOne", { id: taskId })}
                onClick={() => setChosen(taskId)}
              >
                {t("recordings.hear")}
              </Button>
            ),
          },
          { head: t("recordings.beganAt"), cell: ({ beganAt }) => dateAndTime(beganAt, i18n.language), when: true },
          { head: t("records.agent"), cell: ({ agent }) => agent },
          { head: t("records.caller"), cell: ({ caller }) => caller || "–" },
          { head: t("records.called"), cell: ({ called }) => called || "–" },
          {
            head: t("recordings.call"),
            cell: ({ callId }) => <Link href={`/console/calls/${encodeURIComponent(callId)}`}>{callId}</Link>,
          },
          { head: t("recordings.length"), cell: ({ ms }) => (ms === 0 ? "–" : duration(ms)), numeric: true },
          {
            head: t("recordings.size"),
            cell: ({ bytes }) => (bytes === 0 ? "–" : bytesText(bytes, i18n.language)),
            numeric: true,
          },
          { head: t("recordings.state"), cell: ({ state }) => t(`recordings.states.${state}`) },
        ]}
      />
    </Stack>
  );
}

/** The browser's own controls, which every keyboard knows; the waveform above them can be clicked. */
export function Player({ recording, close }: { readonly recording: RecordingView; readonly close: () => void }) {
  const { t } = useTranslation("console");
  const { taskId, name, sha256 } = recording;
  const audio = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(0);
  const [broken, setBroken] = useState(false);
  const peaks = useQuery({
    queryKey: ["operator", "peaks", taskId],
    queryFn: ({ signal }) => ask("peaks", { fields: { taskid: taskId, spans: 400 } }, signal),
    networkMode: "always",
    staleTime: Number.POSITIVE_INFINITY,
    retry: 0,
  });
  const source = gateway.address("audio", { taskid: taskId });
  const seek = (share: number) => {
    const player = audio.current;
    if (player && Number.isFinite(player.duration)) player.currentTime = share * player.duration;
  };
  return (
    <Paper withBorder p="md" component="section" aria-label={t("recordings.player", { id: taskId })}>
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm" className="console-code">
          {name}
        </Text>
        <Group gap="xs">
          <Button component="a" href={source} download={`${taskId}.wav`} size="compact-xs" variant="default">
            {t("recordings.download")}
          </Button>
          <Button size="compact-xs" variant="default" onClick={close}>
            {t("close")}
          </Button>
        </Group>
      </Group>
      {peaks.error && <Problem fault={peaks.error} again={() => void peaks.refetch()} />}
      {peaks.isPending && <Loader size="sm" aria-label={t("loading")} />}
      {peaks.data && <Waveform peaks={peaks.data} at={at} seek={seek} />}
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what is said */}
      <audio
        ref={audio}
        src={source}
        controls
        preload="metadata"
        className="console-audio"
        onTimeUpdate={({ currentTarget: { currentTime, duration: whole } }) =>
          setAt(whole > 0 ? currentTime / whole : 0)
        }
        onError={() => setBroken(true)}
      />
      {broken && (
        <Text size="sm" c="red" role="alert">
          {t("recordings.broken")}
        </Text>
      )}
      <Text size="xs" c="dimmed" className="console-code console-hash">
        SHA-256 {sha256}
      </Text>
    </Paper>
  );
}

type WaveformProps = { readonly peaks: RecordingPeaks; readonly at: number; readonly seek: (share: number) => void };

/** The agents above the line, the others below it; what has been heard is stronger. */
function Waveform({ peaks: { ms, left, right }, at, seek }: WaveformProps) {
  const { t } = useTranslation("console");
  const width = left.length * 2;
  const bars = (values: readonly number[], sign: 1 | -1) =>
    values.map((peak, span) => `M${span * 2 + 1} 40v${(-sign * Math.max(0.5, 38 * peak)).toFixed(1)}`).join("");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the player below it does the same by keyboard
    <svg
      className="console-wave"
      viewBox={`0 0 ${width} 80`}
      preserveAspectRatio="none"
      role="img"
      onClick={({ nativeEvent: { offsetX }, currentTarget }) => seek(offsetX / currentTarget.clientWidth)}
    >
      <title>{t("recordings.wave", { length: duration(ms) })}</title>
      <path d={bars(left, 1)} className="console-wave-agents" />
      <path d={bars(right, -1)} className="console-wave-others" />
      <rect x={0} y={0} width={at * width} height={80} className="console-wave-heard" />
    </svg>
  );
}
