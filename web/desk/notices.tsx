// What the agent has to know: refusals of what he asked for, and what happened without him.

import { Alert, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { useCommands, useModel, useSession } from "./session/use-desk.tsx";
import { refusalWords } from "./words.ts";

const inspections = { 8: "inspected8", 9: "inspected9", 20172: "inspected20172" } as const;

export function Notices() {
  const { t } = useTranslation();
  const { desk, refusal } = useModel();
  const { dismiss } = useCommands();
  const session = useSession();
  const close = { withCloseButton: true, closeButtonLabel: t("notice.dismiss") };
  const inspected = inspections[desk.inspected as keyof typeof inspections];
  return (
    <>
      {refusal ? (
        <Alert
          color="red"
          icon={<Icon name="warning" />}
          title={t("refusal.title")}
          role="alert"
          {...close}
          onClose={session.dismissRefusal}
        >
          <Text size="sm">{refusalWords(t, refusal)}</Text>
          <Text size="xs" c="dimmed">
            {t("refusal.code", { code: refusal.code })}
          </Text>
        </Alert>
      ) : null}
      {inspected ? (
        <Alert color="blue" icon={<Icon name="people" />} role="status">
          {t(`notice.${inspected}`)}
        </Alert>
      ) : null}
      {desk.notices.map(({ key, kind, text }) => (
        <Alert
          key={key}
          color="yellow"
          icon={<Icon name="info" />}
          role="status"
          {...close}
          onClose={() => dismiss(key)}
        >
          {t(`notice.${kind}`, { text })}
        </Alert>
      ))}
    </>
  );
}
