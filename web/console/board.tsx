// The live board: figures, queues, agents.

import { Alert, Badge, Loader, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Board, BoardFigures, BoardSkill } from "../../src/contract/board.ts";
import type { OperatorSession } from "../../src/contract/operator-reply.ts";
import { causeWords } from "../i18n/causes.ts";
import { Agents } from "./board-agents.tsx";
import { useBoard, useTicking } from "./board-state.ts";
import { keyOf } from "./gateway.ts";
import { Empty, Page, Part } from "./parts.tsx";

export function BoardPage({ session }: { readonly session: OperatorSession }) {
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
      <div ref={place}>
        {board ? <Shown board={board} user={session.user} /> : <Loader size="sm" aria-label={t("loading")} />}
      </div>
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

function Shown({ board, user }: { readonly board: Board; readonly user: string }) {
  const [skill, setSkill] = useState<number | null>(null);
  return (
    <Stack gap="md">
      <Figures figures={board.figures} />
      <Queues skills={board.skills} chosen={skill} choose={setSkill} />
      <Agents agents={board.agents} skill={skill} user={user} />
    </Stack>
  );
}

function Figures({ figures }: { readonly figures: BoardFigures }) {
  const { t } = useTranslation("console");
  const { t: shell } = useTranslation("shell");
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
                <span>{causeWords(shell, text)}</span>
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
