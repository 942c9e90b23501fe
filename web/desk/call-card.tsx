// One call: who, since when, what can be done with it. Buttons are there only while the table of controls allows them.

import { Badge, Button, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "../clock.ts";
import { Icon, type IconName } from "../shell/icon.tsx";
import { AttachedData } from "./attached-data.tsx";
import { CallPictures } from "./call-pictures.tsx";
import { iconOf, Keypad } from "./dialler.tsx";
import { Partners } from "./partners.tsx";
import { Said } from "./said.tsx";
import { useCommands, useModel, useNow } from "./session/use-desk.tsx";
import { keys } from "./shortcuts.tsx";
import { type CallControl, callControls } from "./state/controls.ts";
import { currentCall, type DeskCall, isLive } from "./state/desk-state.ts";
import { TransferPanel } from "./transfer-panel.tsx";
import { numberOf } from "./words.ts";

type Timer = { readonly label: string; readonly since: number; readonly icon: IconName; readonly colour: string };

/** Live, hold and mute beside each other: none hides another. */
function Timers({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const time = useNow();
  const timers: readonly (Timer | null)[] = [
    { label: t("call.live"), since: call.talkingAt ?? call.beganAt, icon: "clock", colour: "gray" },
    call.heldAt === null ? null : { label: t("call.hold"), since: call.heldAt, icon: "pause", colour: "yellow" },
    call.mutedAt === null
      ? null
      : { label: t("call.muted"), since: call.mutedAt, icon: "microphoneOff", colour: "red" },
    call.unseenAt === null ? null : { label: t("call.unseen"), since: call.unseenAt, icon: "cameraOff", colour: "red" },
  ];
  return (
    <Group gap={6}>
      {timers.map((timer) =>
        timer ? (
          <Badge
            key={timer.label}
            className="desk-badge"
            variant="light"
            color={timer.colour}
            leftSection={<Icon name={timer.icon} size={13} />}
          >
            {timer.label} <span className="desk-clock">{duration(time - timer.since)}</span>
          </Badge>
        ) : null,
      )}
    </Group>
  );
}

type Action = {
  readonly control: CallControl;
  readonly icon: IconName;
  readonly words: string;
  readonly colour?: string;
  readonly filled?: boolean;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly act: () => void;
};

function useActions(call: DeskCall, open: (panel: "digits" | "transfer") => void): readonly Action[] {
  const { t } = useTranslation();
  const commands = useCommands();
  const { desk } = useModel();
  const held = desk.calls.find((other) => other.id !== call.id && other.stage === "held");
  const leaving = call.stage === "conference";
  const early = call.stage === "dialling" || call.stage === "alerting";
  const release = leaving ? t("call.leave") : early ? t("call.giveUp") : t("call.release");
  return [
    {
      control: "answer",
      icon: "phone",
      words: t("call.answer"),
      colour: "teal",
      filled: true,
      keys: keys.answer,
      act: () => void commands.answer(call),
    },
    {
      control: "reject",
      icon: "hangUp",
      words: t("call.reject"),
      colour: "red",
      act: () => void commands.reject(call),
    },
    { control: "hold", icon: "pause", words: t("call.holdDo"), keys: keys.hold, act: () => void commands.hold() },
    {
      control: "retrieve",
      icon: "play",
      words: t("call.retrieve"),
      filled: true,
      keys: keys.hold,
      act: () => void commands.retrieve(call),
    },
    {
      control: "mute",
      icon: "microphone",
      words: t("call.mute"),
      keys: keys.mute,
      act: () => void commands.mute(true),
    },
    {
      control: "unmute",
      icon: "microphoneOff",
      words: t("call.unmute"),
      colour: "red",
      keys: keys.mute,
      act: () => void commands.mute(false),
    },
    { control: "hide", icon: "camera", words: t("call.hide"), act: () => void commands.show(false) },
    { control: "show", icon: "cameraOff", words: t("call.show"), colour: "red", act: () => void commands.show(true) },
    { control: "video", icon: "camera", words: t("call.video"), act: () => void commands.switchVideo(true) },
    { control: "voice", icon: "speaker", words: t("call.voice"), act: () => void commands.switchVideo(false) },
    { control: "digits", icon: "keypad", words: t("call.digits"), act: () => open("digits") },
    {
      control: "transfer",
      icon: "transfer",
      words: t("call.transfer"),
      keys: keys.transfer,
      act: () => open("transfer"),
    },
    { control: "merge", icon: "people", words: t("call.merge"), act: () => held && void commands.merge(held) },
    { control: "connect", icon: "transfer", words: t("call.connect"), act: () => held && void commands.connect(held) },
    {
      control: "release",
      icon: "hangUp",
      words: release,
      colour: "red",
      filled: true,
      keys: keys.release,
      act: () => void commands.release(call),
    },
  ];
}

/** Two sides of one switch are one button: it keeps the focus when it is pressed. */
const sides: Readonly<Partial<Record<CallControl, CallControl>>> = {
  ...{ retrieve: "hold", unmute: "mute", show: "hide", voice: "video" },
};

function Controls({ call }: { readonly call: DeskCall }) {
  const { desk, phone } = useModel();
  const [panel, setPanel] = useState<"digits" | "transfer" | null>(null);
  const actions = useActions(call, (wanted) => setPanel((before) => (before === wanted ? null : wanted)));
  const allowed = callControls(desk, call, phone?.video);
  const sends = allowed.has("digits");
  const transfers = allowed.has("transfer");
  const place = useRef<HTMLDivElement>(null);
  const close = () => {
    setPanel(null);
    place.current?.querySelector<HTMLElement>('[data-act="transfer"]')?.focus();
  };
  return (
    <>
      <Group gap={8} className="desk-controls" ref={place}>
        {actions
          .filter(({ control }) => allowed.has(control))
          .map(({ control, icon, words, colour, filled, keys: shortcut, act }) => (
            <Button
              key={sides[control] ?? control}
              data-act={control}
              variant={filled ? "filled" : "default"}
              color={colour ?? "cyan"}
              leftSection={<Icon name={icon} />}
              aria-keyshortcuts={shortcut}
              aria-expanded={control === panel ? true : undefined}
              title={shortcut}
              onClick={act}
            >
              {words}
            </Button>
          ))}
      </Group>
      {panel === "digits" && sends ? <Digits /> : null}
      {panel === "transfer" && transfers ? <TransferPanel onClose={close} /> : null}
    </>
  );
}

function Digits() {
  const { t } = useTranslation();
  const { digits } = useCommands();
  const [sent, setSent] = useState("");
  const send = async (key: string) => {
    if ((await digits(key)) !== undefined) setSent((before) => (before + key).slice(-24));
  };
  return (
    <div className="desk-keypad">
      <Keypad onKey={(key) => void send(key)} />
      <Text size="sm" mt={6} className="desk-number" role="status">
        {sent === "" ? "" : t("call.sent", { digits: sent })}
      </Text>
    </div>
  );
}

function More({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="data" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="data">{t("call.data")}</Tabs.Tab>
        <Tabs.Tab value="notes">{t("call.notes")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="data" pt="sm">
        <AttachedData text={call.data} />
      </Tabs.Panel>
      <Tabs.Panel value="notes" pt="sm">
        <Said call={call} />
      </Tabs.Panel>
    </Tabs>
  );
}

export function CallCard({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { desk } = useModel();
  const { loadData, lookUp } = useCommands();
  const number = numberOf(t, call);
  const connected = call.talkingAt !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the call is there
  useEffect(() => {
    if (isLive(call) && call.data === "" && (connected || call.stage === "ringing")) void loadData(call);
  }, [call.id, connected, call.stage === "ringing"]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the phone rings
  useEffect(() => {
    if (call.stage === "offered") void lookUp(call);
  }, [call.id, call.stage === "offered"]);
  const passedOn = call.direction === "out" && call.from !== "";
  const facts = [
    passedOn ? t("call.weCalled") : t(`call.${call.direction}`),
    call.skill === "" ? "" : t("call.queue", { skill: call.skill }),
    call.ours === "" || call.direction === "inside" ? "" : t("call.ours", { number: call.ours }),
    call.from === "" ? "" : t("call.from", { agent: call.from }),
  ].filter(Boolean);
  return (
    <article
      className="desk-panel desk-call"
      data-stage={call.stage}
      data-current={currentCall(desk)?.id === call.id}
      aria-label={t("call.region", { number })}
    >
      <Stack gap="sm">
        <div className="desk-call-head">
          <Icon name={iconOf(call)} size={22} />
          <div className="desk-call-who">
            <Title order={2} size="h3" className="desk-number">
              {number}
            </Title>
            <Text size="sm" c="dimmed">
              {facts.join(" · ")}
            </Text>
          </div>
          <Text className="desk-stage" fw={600}>
            {t(`stage.${call.stage}`)}
          </Text>
        </div>
        <Timers call={call} />
        <CallPictures call={call} />
        <Partners call={call} />
        <Controls call={call} />
        <More call={call} />
      </Stack>
    </article>
  );
}
