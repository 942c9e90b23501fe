// In place of a page that has thrown: no blank screen ever.

import { Button, Code, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Frame } from "./frame.tsx";

function Broken({ reason }: { readonly reason: string }) {
  const { t } = useTranslation("shell");
  return (
    <Frame>
      <Stack maw={560} mx="auto" mt="xl" role="alert">
        <Title order={1} size="h3">
          {t("broken")}
        </Title>
        <Text>{t("brokenText")}</Text>
        <Code block className="failure-reason">
          {reason}
        </Code>
        <Button onClick={() => location.reload()} w="fit-content">
          {t("reload")}
        </Button>
      </Stack>
    </Frame>
  );
}

export class FailureGuard extends Component<{ readonly children: ReactNode }, { readonly reason: string | null }> {
  override state: { readonly reason: string | null } = { reason: null };

  static getDerivedStateFromError(fault: unknown) {
    return { reason: fault instanceof Error ? fault.message : String(fault) };
  }

  override render() {
    return this.state.reason === null ? this.props.children : <Broken reason={this.state.reason} />;
  }
}
