// What cannot be taken back is asked once more: what it does, and a way out.

import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

type SureProps = {
  readonly title: string;
  readonly text: string;
  /** On the button that does it. */
  readonly go: string;
  readonly busy: boolean;
  readonly act: () => void;
  readonly leave: () => void;
};

export function Sure({ title, text, go, busy, act, leave }: SureProps) {
  const { t } = useTranslation("console");
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Stack gap="xs">
        <Text size="sm">{text}</Text>
        <Group gap="xs">
          <Button color="red" loading={busy} onClick={act}>
            {go}
          </Button>
          <Button variant="default" onClick={leave}>
            {t("board.leave")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
