// Why an agent whom the page has signed in could not do something: the gateway's code in the reader's words, with what to do.

import { Alert, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Problem } from "../parts.tsx";
import { simulator } from "../words/en-simulator.ts";
import { AgentRefusal } from "./crew.ts";

type Code = keyof typeof simulator.scripts.failures;

const isKnown = (code: string): code is Code => Object.hasOwn(simulator.scripts.failures, code);

export const saidOf = (t: TFunction<"console">, { retcode, message }: { retcode: string; message: string }): string => {
  const told = retcode === "" ? message : t("beside", { text: message, more: retcode });
  return isKnown(retcode) ? `${t(`scripts.failures.${retcode}`)} ${told}` : told;
};

export function AgentProblem({ fault }: { readonly fault: Error }) {
  const { t } = useTranslation("console");
  if (!(fault instanceof AgentRefusal)) return <Problem fault={fault} />;
  return (
    <Alert color="red" variant="light" title={t("scripts.problem", { id: fault.agent })} role="alert">
      <Text size="sm">{saidOf(t, fault)}</Text>
    </Alert>
  );
}
