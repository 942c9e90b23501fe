// The live board: figures, queues, agents. Five hundred agents are five hundred small tiles; only those that changed are drawn anew.

import { Alert, Badge, Button, Group, Loader, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Board, BoardAgent, BoardFigures, BoardSkill } from "../../src/contract/board.ts";
import { useBoard, useTicking } from "./board-state.ts";
import { ask, keyOf } from "./gateway.ts";
import { Empty, Page, Part, Problem } from "./parts.tsx";

const states = { 2: "out", 3: "busy", 4: "idle", 5: "wrapUp", 7: "talking", 8: "rest" } as const;
type State = (typeof states)[keyof typeof states];

const stateOf = ({ state }: BoardAgent): State => states[state as keyof typeof states] ?? "out";

export function BoardPage() {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const { board, line } = useBoard(() => queries.setQueryData(keyOf("session"), null));
  const place = useTicking(board?.figures.at ?? 0);
  return (
    <Page title={t("pages.board")} actions={<LineSign line={line} />}>
      {line === "away" && (
        <Alert color="yellow" variant="light" title={t("board.away")} role="status">
          {t("board.awayText")}
        </Alert>
      )}
      <div ref={place}>{board ? <Shown board={board} /> : <Loader size="sm" aria-label={t("loading")} />}</div>
    </Page>
  );
}

function LineSign({ line }: { readonly line: "opening" | "live" | "away" }) {
  const { t } = useTranslation("console");
  const color = line === "live" ? "teal" : "gray";
  return (
    <Badge variant="outline" color={color} className="console-sign">
      {t(`board.line.${line}`)}
    </Badge>
  );
}

function Shown({ board }: { readonly board: Board }) {
  const [skill, setSkill] = useState<number | null>(null);
  return (
    <Stack gap="md">
      <Figures figures={board.figures} />
      <Queues skills={board.skills} chosen={skill} choose={setSkill} />
      <Agents agents={board.agents} skill={skill} />
    </Stack>
  );
}

function Figures({ figures }: { readonly figures: BoardFigures }) {
  const { t } = useTranslation("console");
  const { begun, ended, failures } = figures;
  const rate = begun.slice(-10).reduce((sum, calls) => sum + calls, 0) / 10;
  const tiles = [
    ["calls", figures.calls],
    ["agents", figures.agents],
    ["waiting", figures.waiting],
    ["rate", rate.toFixed(1)],
    ["answered", ended.answered],
    ["abandoned", ended.abandoned],
    ["failed", ended.failed],
  ] as const;
  return (
    <div className="board-top">
      <dl className="board-figures">
        {tiles.map(([name, value]) => (
          <div key={name} className={`board-figure board-figure-${name}`} data-figure={name}>
            <dt>{t(`board.figures.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Part title={t("board.begun")}>
        <Minute begun={begun} />
      </Part>
      <Part title={t("board.failures")}>
        {failures.length === 0 ? (
          <Empty>{t("board.noFailures")}</Empty>
        ) : (
          <ol className="board-failures">
            {failures.slice(0, 5).map(({ phase, cause, text, count }) => (
              <li key={`${phase} ${cause} ${text}`}>
                <span>{text}</span>
                <span className="console-number">{count}</span>
              </li>
            ))}
          </ol>
        )}
      </Part>
    </div>
  );
}

/** A bar for each second, the newest at the right. */
function Minute({ begun }: { readonly begun: readonly number[] }) {
  const { t } = useTranslation("console");
  const most = Math.max(1, ...begun);
  const all = begun.reduce((sum, calls) => sum + calls, 0);
  return (
    <svg className="board-minute" viewBox="0 0 240 40" preserveAspectRatio="none" role="img">
      <title>{t("board.begunText", { count: all })}</title>
      <path d="M0 39.5h240" className="board-minute-ground" />
      {begun.map((calls, second) => {
        const height = (36 * calls) / most;
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
        return <rect key={second} x={second * 4} width={3} y={39 - height} height={height} />;
      })}
    </svg>
  );
}

type QueuesProps = {
  readonly skills: readonly BoardSkill[];
  readonly chosen: number | null;
  readonly choose: (skill: number | null) => void;
};

function Queues({ skills, chosen, choose }: QueuesProps) {
  const { t } = useTranslation("console");
  return (
    <Part title={t("board.queues")}>
      <div className="board-queues">
        {skills.map((skill) => {
          const [first] = skill.waiting;
          return (
            <button
              key={skill.id}
              type="button"
              className="board-queue"
              aria-pressed={chosen === skill.id}
              data-waiting={skill.waiting.length}
              onClick={() => choose(chosen === skill.id ? null : skill.id)}
            >
              <span className="board-queue-name">{skill.name}</span>
              <span className="board-queue-waiting">
                {t("board.waiting", { count: skill.waiting.length })}
                {first && (
                  <>
                    {" · "}
                    <span data-since={first.since} />
                  </>
                )}
              </span>
              <span>{t("board.free", { free: skill.free, all: skill.signedIn })}</span>
            </button>
          );
        })}
      </div>
      <Waiting skills={chosen === null ? skills : skills.filter(({ id }) => id === chosen)} />
    </Part>
  );
}

function Waiting({ skills }: { readonly skills: readonly BoardSkill[] }) {
  const { t } = useTranslation("console");
  const calls = skills.flatMap(({ name, waiting }) => waiting.map((call, place) => ({ ...call, name, place })));
  if (calls.length === 0) return null;
  return (
    <ul className="board-waiting" aria-label={t("board.waitingCalls")}>
      {calls.slice(0, 20).map(({ callId, caller, since, name, place }) => (
        <li key={callId}>
          <Link href={`/console/calls/${encodeURIComponent(callId)}`}>{caller || t("unknownNumber")}</Link>
          <span>
            {name} · {t("board.place", { place: place + 1 })}
          </span>
          <span className="console-number" data-since={since} />
        </li>
      ))}
      {calls.length > 20 && <li>{t("board.more", { count: calls.length - 20 })}</li>}
    </ul>
  );
}

const choices = ["all", "talking", "idle", "busy", "wrapUp", "rest", "out"] as const;

function Agents({ agents, skill }: { readonly agents: readonly BoardAgent[]; readonly skill: number | null }) {
  const { t } = useTranslation("console");
  const [state, setState] = useState<(typeof choices)[number]>("all");
  const [text, setText] = useState("");
  const [looked, setLooked] = useState<string | null>(null);
  const inSkill = useMemo(
    () => (skill === null ? agents : agents.filter(({ skills }) => skills.includes(skill))),
    [agents, skill],
  );
  const shown = useMemo(() => {
    const wanted = text.toLowerCase();
    return inSkill
      .filter((agent) => state === "all" || stateOf(agent) === state)
      .filter(({ id, name }) => wanted === "" || id.includes(wanted) || name.toLowerCase().includes(wanted));
  }, [inSkill, state, text]);
  const count = (wanted: (typeof choices)[number]): number =>
    wanted === "all" ? inSkill.length : inSkill.filter((agent) => stateOf(agent) === wanted).length;
  return (
    <Part title={t("board.agents")}>
      <Group gap="xs" mb="sm" className="board-filter">
        <fieldset className="board-states">
          <legend className="board-states-name">{t("board.byState")}</legend>
          {choices.map((value) => (
            <label key={value} className="board-state">
              <input type="radio" name="state" checked={state === value} onChange={() => setState(value)} />
              {t(`states.${value}`)} <span className="console-number">{count(value)}</span>
            </label>
          ))}
        </fieldset>
        <TextInput
          size="xs"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-label={t("board.search")}
          placeholder={t("board.search")}
        />
      </Group>
      <Tiles agents={shown} look={setLooked} />
      {shown.length === 0 && (
        <Group>
          <Empty>{t("board.nobody")}</Empty>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setState("all");
              setText("");
            }}
          >
            {t("board.showAll")}
          </Button>
        </Group>
      )}
      <AgentLook agent={agents.find(({ id }) => id === looked)} close={() => setLooked(null)} />
    </Part>
  );
}

type TilesProps = { readonly agents: readonly BoardAgent[]; readonly look: (agent: string) => void };

/** So many tiles are looked at together: of five hundred agents most have not changed. */
const together = 25;

/** In the order of the site, so that nobody's tile jumps away from under the eye. */
function Tiles({ agents, look }: TilesProps) {
  const groups = Array.from({ length: Math.ceil(agents.length / together) }, (_, group) =>
    agents.slice(group * together, (group + 1) * together),
  );
  return (
    <ul className="board-agents">
      {groups.map((group) => (
        <TileGroup key={group[0]?.id} agents={group} look={look} />
      ))}
    </ul>
  );
}

const isSame = (one: TilesProps, other: TilesProps): boolean =>
  one.agents.length === other.agents.length && one.agents.every((agent, place) => agent === other.agents[place]);

const TileGroup = memo(function TileGroup({ agents, look }: TilesProps) {
  return agents.map((agent) => <AgentTile key={agent.id} agent={agent} look={look} />);
}, isSame);

type TileProps = { readonly agent: BoardAgent; readonly look: (agent: string) => void };

const AgentTile = memo(function AgentTile({ agent, look }: TileProps) {
  const { t } = useTranslation("console");
  const { id, name, since, rest, calls, phone } = agent;
  const state = stateOf(agent);
  const call = calls.find(({ stage }) => stage !== "held") ?? calls[0];
  return (
    <li className={`board-agent board-${state}`} data-agent={id}>
      <button type="button" className="board-agent-name" onClick={() => look(id)}>
        <b>{id}</b> {name}
      </button>
      <span className="board-agent-state">
        <span className="board-dot" aria-hidden="true" />
        {t(`states.${state}`)}
        {rest && ` · ${rest.name || rest.cause}`}
      </span>
      {state !== "out" && <span className="board-agent-time console-number" data-since={since} />}
      {call ? (
        <Link href={`/console/calls/${encodeURIComponent(call.callId)}`} className="board-agent-call">
          {call.partners.join(", ") || t("unknownNumber")} · {t(`stages.${call.stage}`, { defaultValue: call.stage })}
        </Link>
      ) : (
        <Text component="span" size="xs" c="dimmed" truncate>
          {phone === "" ? "" : t("board.phone", { phone })}
        </Text>
      )}
    </li>
  );
});

type LookProps = { readonly agent: BoardAgent | undefined; readonly close: () => void };

/** One agent, and the end of his session; that is asked once more. */
function AgentLook({ agent, close }: LookProps) {
  const { t } = useTranslation("console");
  return (
    <Modal
      opened={agent !== undefined}
      onClose={close}
      title={agent && `${agent.id} ${agent.name}`}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
      // Locking the page behind it writes a style that the page's policy does not let through.
      lockScroll={false}
    >
      {agent && <AgentFacts key={agent.id} agent={agent} />}
    </Modal>
  );
}

function AgentFacts({ agent }: { readonly agent: BoardAgent }) {
  const { t } = useTranslation("console");
  const { id, phone, calls, rest } = agent;
  const state = stateOf(agent);
  const [sure, setSure] = useState(false);
  const signOut = useMutation({
    networkMode: "always",
    mutationFn: () => ask("signOutAgent", { fields: { id } }),
    onSuccess: () => setSure(false),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t(`states.${state}`)}
        {rest && ` · ${rest.name || rest.cause}`}
        {phone !== "" && ` · ${t("board.phone", { phone })}`}
      </Text>
      {calls.map(({ callId, partners, stage }) => (
        <Link key={callId} href={`/console/calls/${encodeURIComponent(callId)}`}>
          {partners.join(", ") || t("unknownNumber")} · {t(`stages.${stage}`, { defaultValue: stage })}
        </Link>
      ))}
      {signOut.error && <Problem fault={signOut.error} />}
      {state !== "out" && !sure && (
        <Button variant="default" w="fit-content" onClick={() => setSure(true)}>
          {t("board.signOut")}
        </Button>
      )}
      {state !== "out" && sure && (
        <Alert color="red" variant="light" title={t("board.sure", { id })}>
          <Stack gap="xs">
            <Text size="sm">{t("board.sureText")}</Text>
            <Group gap="xs">
              <Button color="red" loading={signOut.isPending} onClick={() => signOut.mutate()}>
                {t("board.signOutNow")}
              </Button>
              <Button variant="default" onClick={() => setSure(false)}>
                {t("board.leave")}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}
