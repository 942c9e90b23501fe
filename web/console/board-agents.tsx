// The agents on the board: small tiles, found by state, number and name. Of five hundred those in sight are in the page.

import { Button, Group, TextInput } from "@mantine/core";
import type { TFunction } from "i18next";
import { memo, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { BoardAgent } from "../../src/contract/board.ts";
import { AgentLook } from "./agent-look.tsx";
import { reasonOf, stateWord } from "./agent-state.ts";
import { Empty, Part } from "./parts.tsx";
import { useWindowed } from "./windowed.ts";

const choices = ["all", "talking", "idle", "busy", "wrapUp", "rest", "out"] as const;

type AgentsProps = {
  readonly agents: readonly BoardAgent[];
  /** Those of this skill alone. */
  readonly skill: number | null;
  /** Work number of who looks. */
  readonly user: string;
};

export function Agents({ agents, skill, user }: AgentsProps) {
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
      .filter((agent) => state === "all" || stateWord(agent) === state)
      .filter(({ id, name }) => wanted === "" || id.includes(wanted) || name.toLowerCase().includes(wanted));
  }, [inSkill, state, text]);
  // The choice is shown at once; so many tiles are drawn in pieces, between which the page answers.
  const drawn = useDeferredValue(shown);
  const count = (wanted: (typeof choices)[number]): number =>
    wanted === "all" ? inSkill.length : inSkill.filter((agent) => stateWord(agent) === wanted).length;
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
      <Tiles agents={drawn} look={setLooked} />
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
      <AgentLook
        agent={agents.find(({ id }) => id === looked)}
        agents={agents}
        user={user}
        close={() => setLooked(null)}
      />
    </Part>
  );
}

type TilesProps = { readonly agents: readonly BoardAgent[]; readonly look: (agent: string) => void };

/** In the order of the site, so that nobody's tile jumps away from under the eye. Those that have not changed are not drawn anew. */
const Tiles = memo(function Tiles({ agents, look }: TilesProps) {
  const { t } = useTranslation("console");
  const [list, { begin, end, above, below }] = useWindowed(agents.length);
  return (
    <ul ref={list} className="board-agents" style={{ paddingTop: above, paddingBottom: below }}>
      {agents.slice(begin, end).map((agent, place) => (
        <AgentTile key={agent.id} agent={agent} look={look} place={begin + place + 1} of={agents.length} t={t} />
      ))}
    </ul>
  );
});

type TileProps = {
  readonly agent: BoardAgent;
  readonly look: (agent: string) => void;
  /** From 1, in the whole list: not every tile is in the page. */
  readonly place: number;
  readonly of: number;
  readonly t: TFunction<"console">;
};

const AgentTile = memo(function AgentTile({ agent, look, place, of, t }: TileProps) {
  const { id, name, since, calls, phone } = agent;
  const state = stateWord(agent);
  const reason = reasonOf(agent, t);
  const call = calls.find(({ stage }) => stage !== "held") ?? calls[0];
  return (
    <li className={`board-agent board-${state}`} data-agent={id} aria-posinset={place} aria-setsize={of}>
      <button type="button" className="board-agent-name" onClick={() => look(id)}>
        <b>{id}</b> {name}
      </button>
      <span className="board-agent-state">
        <span className="board-dot" aria-hidden="true" />
        {t(`states.${state}`)}
        {reason !== "" && ` · ${reason}`}
      </span>
      {state !== "out" && <span className="board-agent-time console-number" data-since={since} />}
      {call ? (
        <Link href={`/console/calls/${encodeURIComponent(call.callId)}`} className="board-agent-call">
          {call.partners.join(", ") || t("unknownNumber")} · {t(`stages.${call.stage}`, { defaultValue: call.stage })}
        </Link>
      ) : (
        <span className="board-agent-phone">{phone === "" ? "" : t("board.phone", { phone })}</span>
      )}
    </li>
  );
});
