// Signing in: who, with which phone, and how calls are taken. When the agent is signed in elsewhere it is said where and since
// when, and signing in there by force is one step.

import {
  Alert,
  Button,
  Checkbox,
  Fieldset,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import type { TFunction } from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { End } from "../../src/client/connect.ts";
import { timeOfIso } from "../clock.ts";
import { focusWrong, useFirstFocus } from "../shell/focus.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { keepLasting, lasting } from "../storage.ts";
import { MicrophoneCheck } from "./device-setup.tsx";
import type { Refusal } from "./session/desk-session.ts";
import type { PhoneChoice } from "./session/kept.ts";
import { useModel, useSession } from "./session/use-desk.tsx";
import { refusalWords } from "./words.ts";

const LAST = "seatway.last-sign-in";

/** What the form remembers for the next day: no secret. */
type Last = {
  readonly agent: string;
  readonly kind: PhoneChoice["kind"];
  readonly number: string;
  readonly video: boolean;
  readonly autoAnswer: boolean;
  readonly wrapUp: boolean;
};

const first: Last = { agent: "", kind: "browser", number: "", video: false, autoAnswer: false, wrapUp: true };

function readLast(): Last {
  try {
    return { ...first, ...(JSON.parse(lasting(LAST) ?? "{}") as Partial<Last>) };
  } catch {
    return first;
  }
}

/** contract/result.ts: signed in already. */
const TAKEN = "100-002";

function Taken({ message }: { readonly message: string }) {
  const { t, i18n } = useTranslation();
  const [, address, time] = /from (\S+) since (\S+)/.exec(message) ?? [];
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={t("signIn.taken")} role="alert">
      {address && time
        ? t("signIn.takenText", { address, time: timeOfIso(time, i18n.language) })
        : t("signIn.takenUnknown")}
    </Alert>
  );
}

/** By whom and when, out of what the gateway says; the whole of it when it is another sentence. */
function endWords(t: TFunction<"desk">, message: string, language: string): string {
  const [, address, again] = / signed in again from (\S+) at (\S+)/.exec(message) ?? [];
  if (address && again) return t("ended.again", { address, time: timeOfIso(again, language) });
  const [, operator, time] = / by operator (\S+) from .* at (\S+)/.exec(message) ?? [];
  if (operator && time) return t("ended.byOperator", { operator, time: timeOfIso(time, language) });
  return message === "" ? "" : t("ended.said", { message });
}

function Ended({ end }: { readonly end: End }) {
  const { t, i18n } = useTranslation();
  const titles = {
    displaced: t("ended.displaced"),
    "signed-out": t("ended.signedOut"),
    unreachable: t("ended.unreachable"),
    refused: t("ended.refused"),
    stopped: t("ended.signedOut"),
  };
  return (
    <Alert color="yellow" icon={<Icon name="info" />} title={titles[end.name]} role="alert">
      {endWords(t, end.message, i18n.language)}
    </Alert>
  );
}

function Refused({ refusal }: { readonly refusal: Refusal }) {
  const { t } = useTranslation();
  if (refusal.code === TAKEN) return <Taken message={refusal.message} />;
  return (
    <Alert color="red" icon={<Icon name="warning" />} title={t("refusal.title")} role="alert">
      <Text size="sm">{refusalWords(t, refusal)}</Text>
      <Text size="xs" c="dimmed">
        {t("refusal.code", { code: refusal.code })}
      </Text>
    </Alert>
  );
}

type Fields = Last & { readonly password: string; readonly phonePassword: string };

function useForm() {
  const { t } = useTranslation();
  const model = useModel();
  const [fields, setFields] = useState<Fields>(() => {
    const last = readLast();
    return { ...last, agent: model.agent || last.agent, password: "", phonePassword: "" };
  });
  const [tried, setTried] = useState(false);
  const errors = {
    agent: /^[1-9]\d{2,8}$/.test(fields.agent) ? null : t("signIn.needAgent"),
    number: /^.{1,24}$/.test(fields.number) ? null : t("signIn.needPhone"),
    phonePassword: fields.kind === "desk" || fields.phonePassword !== "" ? null : t("signIn.needPassword"),
  };
  const set = (part: Partial<Fields>) => setFields((before) => ({ ...before, ...part }));
  const shown = tried ? errors : { agent: null, number: null, phonePassword: null };
  return { fields, set, errors, shown, try: () => setTried(true) };
}

function DeviceFields({ form }: { readonly form: ReturnType<typeof useForm> }) {
  const { t } = useTranslation();
  const { fields, set, shown } = form;
  return (
    <Fieldset legend={t("signIn.device")}>
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          aria-label={t("signIn.device")}
          value={fields.kind}
          onChange={(kind) => set({ kind: kind === "desk" ? "desk" : "browser" })}
          data={[
            { value: "browser", label: t("signIn.browser") },
            { value: "desk", label: t("signIn.deskPhone") },
          ]}
        />
        <div className="desk-pair">
          <TextInput
            label={t("signIn.phoneNumber")}
            name="phone"
            inputMode="tel"
            autoComplete="off"
            value={fields.number}
            onChange={(event) => set({ number: event.currentTarget.value.trim() })}
            error={shown.number}
          />
          {fields.kind === "browser" ? (
            <PasswordInput
              label={t("signIn.phonePassword")}
              description={t("signIn.phonePasswordHint")}
              name="phone-password"
              autoComplete="off"
              value={fields.phonePassword}
              onChange={(event) => set({ phonePassword: event.currentTarget.value })}
              error={shown.phonePassword}
            />
          ) : null}
        </div>
        {fields.kind === "browser" ? <MicrophoneCheck /> : null}
      </Stack>
    </Fieldset>
  );
}

export function SignIn() {
  const { t } = useTranslation();
  const session = useSession();
  const { phase, refusal, end } = useModel();
  const form = useForm();
  const { fields, set, errors, shown } = form;
  const waiting = phase === "signing-in";
  const taken = refusal?.code === TAKEN;
  const first = useRef<HTMLInputElement>(null);
  useFirstFocus(first);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    form.try();
    if (Object.values(errors).some((error) => error !== null)) return focusWrong(event.currentTarget);
    if (waiting) return;
    const { agent, kind, number, video, autoAnswer, wrapUp, password, phonePassword } = fields;
    keepLasting(LAST, JSON.stringify({ agent, kind, number, video, autoAnswer, wrapUp } satisfies Last));
    const chosen = { number, video };
    const phone: PhoneChoice = kind === "browser" ? { ...chosen, kind, password: phonePassword } : { ...chosen, kind };
    void session.signIn({ agent, password, phone, autoAnswer, wrapUp, force: taken });
  };
  return (
    <Frame>
      <form className="desk-narrow desk-panel" onSubmit={submit} noValidate>
        <Stack gap="md" p={{ base: "md", xs: "xl" }}>
          <div>
            <Title order={1} size="h3">
              {t("signIn.title")}
            </Title>
            <Text size="sm" c="dimmed">
              {t("signIn.intro")}
            </Text>
          </div>
          {end ? <Ended end={end} /> : null}
          {refusal ? <Refused refusal={refusal} /> : null}
          <div className="desk-pair">
            <TextInput
              label={t("signIn.agent")}
              name="agent"
              ref={first}
              inputMode="numeric"
              autoComplete="username"
              value={fields.agent}
              onChange={(event) => set({ agent: event.currentTarget.value.trim() })}
              error={shown.agent}
            />
            <PasswordInput
              label={t("signIn.password")}
              name="password"
              autoComplete="current-password"
              value={fields.password}
              onChange={(event) => set({ password: event.currentTarget.value })}
            />
          </div>
          <DeviceFields form={form} />
          <Fieldset legend={t("signIn.options")}>
            <Stack gap="xs">
              <Checkbox
                label={t("signIn.video")}
                checked={fields.video}
                onChange={(event) => set({ video: event.currentTarget.checked })}
              />
              <Checkbox
                label={t("signIn.autoAnswer")}
                checked={fields.autoAnswer}
                onChange={(event) => set({ autoAnswer: event.currentTarget.checked })}
              />
              <Checkbox
                label={t("signIn.wrapUp")}
                checked={fields.wrapUp}
                onChange={(event) => set({ wrapUp: event.currentTarget.checked })}
              />
            </Stack>
          </Fieldset>
          <Button type="submit" size="md" fullWidth loading={waiting} color={taken ? "red" : "cyan"}>
            {taken ? t("signIn.force") : t("signIn.submit")}
          </Button>
          <span role="status" className="desk-unseen">
            {waiting ? t("signIn.waiting") : ""}
          </span>
        </Stack>
      </form>
    </Frame>
  );
}
