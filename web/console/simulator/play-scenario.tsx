// A saved scenario is played again on the demo site, at the speed that the reader chooses, and compared with what it was.

import { Alert, Button, FileInput, Group, List, NativeSelect, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { StationView } from "../../../src/contract/operator-reply.ts";
import type { Scenario, ScenarioStep } from "../../../src/contract/scenario.ts";
import { AgentProblem } from "./agent-problem.tsx";
import { castOf } from "./cast.ts";
import { NotSeen, playOnDemo, Stopped } from "./demo-stage.ts";
import { Framed } from "./frame.tsx";
import { readScenario } from "./scenario-file.ts";
import type { Difference, Played } from "./scenario-player.ts";
import { isRunning } from "./scripts.ts";

const speeds = ["0.5", "1", "2", "5", "10"] as const;
/** No saved scenario is larger. */
const MOST_BYTES = 1_048_576;

type Chosen = { readonly file: File; readonly scenario: Scenario | null };

const chosen = async (file: File): Promise<Chosen> => ({
  file,
  scenario: file.size > MOST_BYTES ? null : readScenario(await file.text()),
});

export function PlayScenario({ parties }: { readonly parties: readonly StationView[] }) {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const [taken, setTaken] = useState<Chosen | null>(null);
  const [speed, setSpeed] = useState("1");
  const [caller, setCaller] = useState("40040");
  const [step, setStep] = useState(0);
  const stopper = useRef<AbortController>(null);
  const play = useMutation({
    networkMode: "always",
    mutationFn: (scenario: Scenario) => {
      stopper.current = new AbortController();
      const cast = castOf(
        scenario,
        parties.map(({ number }) => number),
        caller,
      );
      const { signal } = stopper.current;
      return playOnDemo({ scenario, cast, speed: Number(speed), signal, tell: setStep });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["operator"] }),
  });
  const scenario = taken?.scenario ?? null;
  const obstacle = scenario && obstacleOf(t, scenario, parties, caller);
  const take = (file: File | null) => {
    play.reset();
    setTaken(null);
    if (file) void chosen(file).then(setTaken);
  };
  return (
    <Framed id="play" title={t("play.title")} about={t("play.about")}>
      <Group align="start" gap="xs">
        <FileInput
          size="xs"
          w={220}
          label={t("play.file")}
          placeholder={t("play.choose")}
          accept="application/json,.json"
          value={taken?.file ?? null}
          onChange={take}
          error={taken && !scenario ? t("play.none") : undefined}
          disabled={play.isPending}
        />
        <NativeSelect
          size="xs"
          w={120}
          label={t("play.speed")}
          value={speed}
          onChange={(event) => setSpeed(event.currentTarget.value)}
          data={speeds.map((value) => ({ value, label: t("play.times", { value }) }))}
          disabled={play.isPending}
        />
        {scenario?.steps.some((one) => "calls" in one) && (
          <NativeSelect
            size="xs"
            w={120}
            label={t("play.caller")}
            value={caller}
            onChange={(event) => setCaller(event.currentTarget.value)}
            data={parties.map(({ number }) => number)}
            disabled={play.isPending}
          />
        )}
      </Group>
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          disabled={!scenario || obstacle !== null}
          loading={play.isPending}
          onClick={() => scenario && play.mutate(scenario)}
        >
          {t("play.go")}
        </Button>
        {play.isPending && (
          <Button size="xs" variant="default" onClick={() => stopper.current?.abort()}>
            {t("play.stop")}
          </Button>
        )}
      </Group>
      <div aria-live="polite" className="console-result">
        {scenario && <Text size="sm">{obstacle ?? scenario.name}</Text>}
        {play.isPending && scenario && <Now scenario={scenario} step={step} />}
        {play.error && <Fault fault={play.error} />}
        {play.data && scenario && <Outcome played={play.data} scenario={scenario} />}
      </div>
    </Framed>
  );
}

/** null: nothing is in its way. */
function obstacleOf(
  t: TFunction<"console">,
  scenario: Scenario,
  parties: readonly StationView[],
  caller: string,
): string | null {
  const { missing } = castOf(
    scenario,
    parties.map(({ number }) => number),
    caller,
  );
  if (missing.length > 0) return t("play.missing", { legs: missing.join(", ") });
  const busy = scenario.agents.find(({ id }) => isRunning(id));
  return busy ? t("play.scripted", { id: busy.id }) : null;
}

function Now({ scenario, step }: { readonly scenario: Scenario; readonly step: number }) {
  const { t } = useTranslation("console");
  const act = scenario.steps[step];
  return (
    <Text size="sm">
      {t("play.now", { step: step + 1, steps: scenario.steps.length, act: act ? actOf(t, act) : "" })}
    </Text>
  );
}

function actOf(t: TFunction<"console">, act: ScenarioStep): string {
  if ("asks" in act) return act.asks;
  return "calls" in act ? t("play.calls", { to: act.calls }) : t(`play.deeds.${act.does}`, { leg: act.leg });
}

function Fault({ fault }: { readonly fault: Error }) {
  const { t } = useTranslation("console");
  if (fault instanceof Stopped) return <Text size="sm">{t("play.stopped")}</Text>;
  if (!(fault instanceof NotSeen)) return <AgentProblem fault={fault} />;
  return (
    <Alert color="red" variant="light" title={t("problem.refused")} role="alert">
      {t("play.notSeen")}
    </Alert>
  );
}

function Outcome({ played, scenario }: { readonly played: Played; readonly scenario: Scenario }) {
  const { t } = useTranslation("console");
  const { callId, differences } = played;
  const same = differences.length === 0;
  return (
    <Alert color={same ? "teal" : "yellow"} variant="light" title={t(same ? "play.same" : "play.other")} mt="xs">
      {!same && (
        <List size="sm">
          {differences.map((difference) => (
            <List.Item key={JSON.stringify(difference)}>{differenceOf(t, difference, scenario)}</List.Item>
          ))}
        </List>
      )}
      {callId !== "" && <Link href={`/console/calls/${encodeURIComponent(callId)}`}>{t("play.look")}</Link>}
    </Alert>
  );
}

function differenceOf(t: TFunction<"console">, difference: Difference, { steps }: Scenario): string {
  const actAt = (step: number): string => {
    const act = steps[step];
    return `${step + 1}. ${act ? actOf(t, act) : ""}`;
  };
  const event = (name: string): string => name || t("play.noEvent");
  switch (difference.type) {
    case "retcode":
      return t("play.retcode", { step: actAt(difference.step), was: difference.was, is: difference.is });
    case "not-seen":
      return t("play.unseen", { step: actAt(difference.step) });
    case "told":
      return t("play.told", { id: difference.agent, was: event(difference.was), is: event(difference.is) });
    case "not-over":
      return t("play.notOver");
  }
}
