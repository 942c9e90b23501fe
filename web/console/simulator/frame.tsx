// The frame around each thing of the simulator page that runs by itself: what it is called, and what it does, in one sentence.

import { Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type FramedProps = {
  /** Of its heading; once on the page. */
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
};

export function Framed({ id, title, about, children }: FramedProps) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id}>
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {about}
      </Text>
      {children}
    </Paper>
  );
}
