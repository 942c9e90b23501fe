// The agent's calls before this session, from the call records: page by page, the latest first.

import { Button, Loader, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AgentCallRecord } from "../../src/client/connect.ts";
import { duration, timeOf, timeOfIso } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import { iconOf } from "./dialler.tsx";
import { directionOf, useEarlier } from "./session/own-calls.ts";
import { failureWords } from "./words.ts";

function useOutcome() {
  const { t } = useTranslation();
  return ({ talkingAt, endedAt, detect, detectText }: AgentCallRecord): string => {
    if (talkingAt !== null) {
      const ms = endedAt === null ? 0 : timeOf(endedAt) - timeOf(talkingAt);
      return t("history.outcome.done", { time: duration(ms) });
    }
    const why = detect === null ? "" : failureWords(t, { detect, text: detectText ?? "" }).text;
    return why === "" ? t("history.outcome.missed") : t("history.outcome.failed", { why });
  };
}

function Past({ call }: { readonly call: AgentCallRecord }) {
  const { t, i18n } = useTranslation();
  const outcome = useOutcome();
  const { number, startedAt, wrapUp } = call;
  return (
    <li className="desk-past">
      <Icon name={iconOf({ direction: directionOf(call) })} size={16} />
      <div>
        <span className="desk-number">{number || t("call.unknown")}</span>
        <Text size="xs" c="dimmed">
          {timeOfIso(startedAt, i18n.language)} · {outcome(call)}
        </Text>
        {wrapUp?.name ? <Text size="xs">{t("history.code", { code: wrapUp.name })}</Text> : null}
        {wrapUp?.notes ? (
          <Text size="xs" className="desk-note">
            {t("history.notes", { notes: wrapUp.notes })}
          </Text>
        ) : null}
      </div>
    </li>
  );
}

export function Earlier() {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  const { calls, isPending, isError, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useEarlier();
  return (
    <section aria-labelledby="earlier" className="desk-earlier">
      <Title order={3} size="h6" id="earlier">
        {t("history.earlier")}
      </Title>
      {isPending ? <Loader size="sm" aria-label={shell("loading")} /> : null}
      {isError ? (
        <div role="alert">
          <Text size="sm">{t("history.unread")}</Text>
          <Button size="xs" variant="default" mt={4} onClick={() => void refetch()}>
            {shell("retry")}
          </Button>
        </div>
      ) : null}
      {calls.length === 0 && !isPending && !isError ? (
        <Text size="sm" c="dimmed">
          {t("history.nothingEarlier")}
        </Text>
      ) : null}
      <ol className="desk-list">
        {calls.map((call) => (
          <Past key={call.callId} call={call} />
        ))}
      </ol>
      {hasNextPage ? (
        <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("history.more")}
        </Button>
      ) : null}
    </section>
  );
}
