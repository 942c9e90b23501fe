// The desk of an agent who is signed in: dialler on the left, calls in the middle, what was on the right; one column on a phone.

import { Button, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLostFocus } from "../shell/focus.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { CallCard } from "./call-card.tsx";
import { Dialler } from "./dialler.tsx";
import { EndedCall } from "./ended-call.tsx";
import { DeskHead, Troubles } from "./head.tsx";
import { History } from "./history.tsx";
import { Notices } from "./notices.tsx";
import { ring } from "./phone/ringer.ts";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { keys, useShortcuts } from "./shortcuts.tsx";
import { AGENT, type DeskCall, type DeskState, isLive } from "./state/desk-state.ts";
import { useAgents } from "./transfer-panel.tsx";
import { numberOf, reasonWords, stateWord } from "./words.ts";
import { WrapUp } from "./wrap-up.tsx";

/** The last call, while nobody has put it aside and no other has come. */
function justEnded(desk: DeskState): DeskCall | undefined {
  const last = desk.calls.at(-1);
  return last && last.stage === "ended" && !last.aside ? last : undefined;
}

/** What is wrapped up: the customer's call, not the one about it with a colleague. */
function lastTalk({ calls, since }: DeskState): DeskCall | undefined {
  const justOver = calls.filter(({ endedAt }) => endedAt !== null && endedAt > since - 3_000);
  return justOver.findLast(({ direction }) => direction !== "inside") ?? calls.at(-1);
}

function NoCall({ desk }: { readonly desk: DeskState }) {
  const { t } = useTranslation();
  const { become } = useCommands();
  const { setup } = useModel();
  const why = reasonWords(t, desk, setup);
  const kind = desk.agent === AGENT.rest ? "rest" : desk.agent === AGENT.busy ? "busy" : "idle";
  return (
    <section className="desk-panel desk-empty" data-kind={kind}>
      <Icon name={kind === "idle" ? "phone" : "clock"} size={36} />
      <Title order={2} size="h4">
        {t(`empty.${kind}`)}
      </Title>
      <Text c="dimmed">{t(`empty.${kind}Text`)}</Text>
      {why === "" ? null : <Text size="sm">{t("state.notReadyWhy", { why })}</Text>}
      {kind === "idle" ? null : (
        <Button onClick={() => void become("ready")} aria-keyshortcuts={keys.ready} title={keys.ready}>
          {t("empty.back")}
        </Button>
      )}
    </section>
  );
}

/** Says aloud what changes, for who does not see it (WCAG 4.1.3). */
function Announcer({ desk }: { readonly desk: DeskState }) {
  const { t } = useTranslation();
  const call = desk.calls.at(-1);
  const words = [
    t("said.state", { state: stateWord(t, desk.agent) }),
    call ? t("said.call", { number: numberOf(t, call), stage: t(`stage.${call.stage}`) }) : "",
  ].join(". ");
  return (
    <div className="desk-unseen" aria-live="polite" aria-atomic="true">
      {words}
    </div>
  );
}

function useRinger(desk: DeskState): void {
  const rings = desk.calls.some(({ stage }) => stage === "ringing");
  useEffect(() => (rings ? ring() : undefined), [rings]);
}

/** A call that needs an answer takes the focus, unless the agent is writing. */
function useFocusOnRinging(desk: DeskState): void {
  const ringing = desk.calls.find(({ stage }) => stage === "ringing")?.id;
  useEffect(() => {
    if (ringing === undefined || document.activeElement?.matches("input, textarea, select")) return;
    document.querySelector<HTMLButtonElement>('[data-act="answer"]')?.focus();
  }, [ringing]);
}

function Calls({ desk }: { readonly desk: DeskState }) {
  const live = desk.calls.filter(isLive).toReversed();
  const ended = justEnded(desk);
  const wrapping = desk.agent === AGENT.wrapUp;
  if (live.length > 0) return live.map((call) => <CallCard key={call.id} call={call} />);
  return (
    <>
      {wrapping ? <WrapUp call={lastTalk(desk)} /> : null}
      {ended?.failure || (ended && !wrapping) ? <EndedCall call={ended} /> : null}
      {wrapping || (ended && desk.agent === AGENT.idle) ? null : <NoCall desk={desk} />}
    </>
  );
}

export function CallFloor() {
  const { t } = useTranslation();
  const { desk } = useModel();
  const { data } = useAgents(false);
  const title = useRef<HTMLHeadingElement>(null);
  const middle = useRef<HTMLDivElement>(null);
  useLostFocus(middle, desk);
  const agents = (data ?? []).map(({ workno }) => workno);
  useEffect(() => title.current?.focus(), []);
  useShortcuts();
  useRinger(desk);
  useFocusOnRinging(desk);
  return (
    <Frame head={<DeskHead />}>
      <Title order={1} className="desk-unseen" ref={title} tabIndex={-1}>
        {t("title")}
      </Title>
      <Announcer desk={desk} />
      <div className="desk-floor">
        <div className="desk-middle" ref={middle} tabIndex={-1}>
          <Stack gap="sm">
            <Troubles />
            <Notices />
            <Calls desk={desk} />
          </Stack>
        </div>
        <div className="desk-left">
          <Dialler agents={agents} />
        </div>
        <div className="desk-right">
          <History />
        </div>
      </div>
    </Frame>
  );
}
