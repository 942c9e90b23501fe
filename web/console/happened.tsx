// The latest calls of the demo, each to be saved as a scenario that the tests play again (docs/sim.md).

import { Alert, Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { type NoScenario, scenarioOf } from "../../src/client/scenario.ts";
import { ask, useAnswer } from "./gateway.ts";
import { Part, Problem, Rows, Shown } from "./parts.tsx";
import { saveFile } from "./save-file.ts";

const LATEST = 8;

async function saveScenario(callid: string): Promise<NoScenario | null> {
  const scenario = scenarioOf(await ask("timeline", { fields: { callid } }));
  if ("why" in scenario) return scenario;
  saveFile(`scenario-${callid}.json`, `${JSON.stringify(scenario, null, 2)}\n`, "application/json");
  return null;
}

export function Happened() {
  const { t } = useTranslation("console");
  const answer = useAnswer("records", { limit: LATEST }, { everyMs: 2_000 });
  const save = useMutation({ networkMode: "always", mutationFn: saveScenario });
  return (
    <Part title={t("happened.title")}>
      <Text size="sm" c="dimmed" mb="xs">
        {t("happened.about")}
      </Text>
      <div aria-live="polite">
        {save.error && <Problem fault={save.error} />}
        {save.data && (
          <Alert color="yellow" variant="light" title={t("happened.none")} mb="xs">
            {t(`happened.why.${save.data.why}`)}
          </Alert>
        )}
        {save.data === null && <Text size="sm">{t("happened.saved")}</Text>}
      </div>
      <Shown answer={answer}>
        {({ records }) => (
          <Rows
            label={t("happened.title")}
            rows={records}
            rowKey={({ callId }) => callId}
            empty={t("happened.nothing")}
            columns={[
              {
                head: t("happened.call"),
                cell: ({ callId, caller, called }) => (
                  <Link href={`/console/calls/${encodeURIComponent(callId)}`}>
                    {caller || t("unknownNumber")} → {called}
                  </Link>
                ),
              },
              { head: t("records.kind"), cell: ({ kind }) => t(`kinds.${kind}`, { defaultValue: kind }) },
              { head: t("records.outcome"), cell: ({ outcome }) => t(`outcomes.${outcome}`) },
              {
                head: t("happened.scenario"),
                cell: ({ callId }) => (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={t("happened.saveOne", { id: callId })}
                    loading={save.isPending && save.variables === callId}
                    onClick={() => save.mutate(callId)}
                  >
                    {t("happened.save")}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Shown>
    </Part>
  );
}
