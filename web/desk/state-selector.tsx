// The agent's state: always seen, first at the top, with its clock; the others are one key away.

import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { duration } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import { useCommands, useModel, useNow } from "./session/use-desk.tsx";
import { stateChoices } from "./state/controls.ts";
import { AGENT, type DeskState } from "./state/desk-state.ts";
import { choiceWord, reasonWords, stateWord } from "./words.ts";

const MINUTES = [5, 15, 30] as const;

const toneOf = (agent: number): string =>
  ({ [AGENT.idle]: "ready", [AGENT.talking]: "talking", [AGENT.wrapUp]: "wrap-up" })[agent] ?? "away";

function RestItems() {
  const { t } = useTranslation();
  const { become } = useCommands();
  const { setup } = useModel();
  const named = setup?.restCauses ?? [];
  const causes = named.length > 0 ? named : [{ id: 0, name: t("state.toRest") }];
  return causes.flatMap(({ id, name }) =>
    MINUTES.map((minutes) => (
      <Menu.Item key={`${id}-${minutes}`} onClick={() => void become("rest", { seconds: 60 * minutes, cause: id })}>
        {t("state.restFor", { name, minutes })}
      </Menu.Item>
    )),
  );
}

/** Busy with a reason that has a name; without one for who is not busy yet. */
function BusyItems({ desk }: { readonly desk: DeskState }) {
  const { t } = useTranslation();
  const { become } = useCommands();
  const { setup } = useModel();
  const plain = desk.agent === AGENT.busy ? [] : [{ id: 0, name: t("state.toBusy") }];
  const named = (setup?.busyReasons ?? []).filter(({ id }) => String(id) !== desk.reason);
  return [...plain, ...named].map(({ id, name }) => (
    <Menu.Item key={id} onClick={() => void become("busy", { seconds: 0, cause: id })}>
      {id === 0 ? name : t("state.busyFor", { name })}
    </Menu.Item>
  ));
}

function Choices({ desk }: { readonly desk: DeskState }) {
  const { t } = useTranslation();
  const { become } = useCommands();
  const choices = stateChoices(desk);
  return (
    <>
      <Menu.Label>{desk.agent === AGENT.talking ? t("state.after") : t("state.choose")}</Menu.Label>
      {choices.includes("ready") ? (
        <Menu.Item onClick={() => void become("ready")}>{choiceWord(t, "ready")}</Menu.Item>
      ) : null}
      {desk.agent === AGENT.wrapUp ? <Menu.Label>{t("state.afterWrapUp")}</Menu.Label> : null}
      {choices.includes("busy") ? <BusyItems desk={desk} /> : null}
      {choices.includes("wrap-up") ? (
        <Menu.Item onClick={() => void become("wrap-up")}>{choiceWord(t, "wrap-up")}</Menu.Item>
      ) : null}
      {choices.includes("rest") ? (
        <>
          <Menu.Label>{t("state.toRest")}</Menu.Label>
          <RestItems />
        </>
      ) : null}
    </>
  );
}

export function StateSelector() {
  const { t } = useTranslation();
  const { desk, setup } = useModel();
  const time = useNow();
  const word = stateWord(t, desk.agent);
  const reason = reasonWords(t, desk, setup);
  const wish = desk.wish ? t("state.afterCall", { state: choiceWord(t, desk.wish) }) : "";
  const more = [reason, wish].filter(Boolean).join(", ");
  return (
    <Menu position="bottom-start" withinPortal={false} withInitialFocusPlaceholder={false} width={240}>
      <Menu.Target>
        <Button
          className="desk-state"
          data-tone={toneOf(desk.agent)}
          variant="default"
          leftSection={<span className="desk-dot" />}
          rightSection={<Icon name="chevron" size={14} />}
        >
          <span className="desk-unseen">{t("state.label")} </span>
          <span className="desk-state-word">{word}</span>
          {more === "" ? null : <span className="desk-state-more">{more}</span>}
          <span className="desk-clock">{duration(time - desk.since)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices desk={desk} />
      </Menu.Dropdown>
    </Menu>
  );
}
