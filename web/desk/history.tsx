// The calls of this session that have ended, the latest first; below them those from before.

import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { duration, timeOfDay } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import { iconOf } from "./dialler.tsx";
import { Earlier } from "./earlier.tsx";
import { useModel } from "./session/use-desk.tsx";
import type { DeskCall } from "./state/desk-state.ts";
import { failureWords, numberOf } from "./words.ts";

function useOutcome() {
  const { t } = useTranslation();
  return ({ talkingAt, endedAt, failure }: DeskCall): string => {
    if (talkingAt !== null) return t("history.outcome.done", { time: duration((endedAt ?? talkingAt) - talkingAt) });
    return failure ? t("history.outcome.failed", { why: failureWords(t, failure).text }) : t("history.outcome.missed");
  };
}

function CodeOf({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { setup } = useModel();
  const code = setup?.wrapUpCodes.find(({ id }) => id === call.code)?.name;
  return code ? <Text size="xs">{t("history.code", { code })}</Text> : null;
}

export function History() {
  const { t, i18n } = useTranslation();
  const { desk } = useModel();
  const outcome = useOutcome();
  const ended = desk.calls.filter(({ stage }) => stage === "ended").toReversed();
  return (
    <section className="desk-panel desk-history" aria-labelledby="history">
      <Title order={2} size="h5" id="history" mb="sm">
        {t("history.title")}
      </Title>
      {ended.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("history.empty")}
        </Text>
      ) : (
        <ol className="desk-list">
          {ended.map((call) => (
            <li key={call.id} className="desk-past">
              <Icon name={iconOf(call)} size={16} />
              <div>
                <span className="desk-number">{numberOf(t, call)}</span>
                <Text size="xs" c="dimmed">
                  {timeOfDay(call.beganAt, i18n.language)} · {outcome(call)}
                </Text>
                <CodeOf call={call} />
                {call.notes === "" ? null : (
                  <Text size="xs" className="desk-note">
                    {t("history.notes", { notes: call.notes })}
                  </Text>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      <Earlier />
    </section>
  );
}
