// Who is in a call of three or more, or has come into a colleague's place. Events name the others to the agent who joins two calls, not to
// those who are joined: so the gateway is asked, too.

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { useCommands, useModel } from "./session/use-desk.tsx";
import type { DeskCall } from "./state/desk-state.ts";
import { useAgents } from "./transfer-panel.tsx";

const AGAIN_MS = 3_000;

/** Numbers and work numbers. */
function useOthers({ id, stage, direction, partners }: DeskCall): readonly string[] {
  const { others } = useCommands();
  const joined = stage === "conference" || (stage === "talking" && direction === "inside");
  const { data } = useQuery({
    queryKey: ["others", id, stage],
    queryFn: others,
    enabled: joined,
    refetchInterval: AGAIN_MS,
    retry: false,
  });
  if (!joined) return [];
  return data && data.length > 0 ? data : partners;
}

/** Nothing where the one other is who the card names anyway. */
export function Partners({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { agent } = useModel();
  const others = useOthers(call);
  const { data: agents = [] } = useAgents(false);
  if (others.length === 0 || (others.length === 1 && others[0] === call.number)) return null;
  const colleague = (number: string) => agents.find(({ workno }) => workno === number);
  return (
    <section aria-label={t("call.partners")} className="desk-partners">
      <Text size="xs" c="dimmed" fw={600} aria-hidden="true">
        {t("call.partners")}
      </Text>
      <ul className="desk-list">
        <li>
          <Icon name="people" size={16} /> {t("call.you")} <span className="desk-number">({agent})</span>
        </li>
        {others.map((number) => (
          <li key={number}>
            <Icon name={colleague(number) ? "people" : "phone"} size={16} /> {colleague(number)?.name}{" "}
            <span className="desk-number">{colleague(number) ? `(${number})` : number}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
