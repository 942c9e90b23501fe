// The operator signs in with the work number and password that he has as an agent.

import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { focusWrong, useFirstFocus } from "../shell/focus.ts";
import { Frame } from "../shell/frame.tsx";
import { ask, keyOf } from "./gateway.ts";
import { Problem } from "./parts.tsx";

export function SignIn() {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const failures: Readonly<Record<string, string>> = t("signIn.failures", { returnObjects: true });
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState(false);
  const signIn = useMutation({
    networkMode: "always",
    mutationFn: () => ask("signIn", { body: { user, password } }),
    onSuccess: (session) => queries.setQueryData(keyOf("session"), session),
  });
  useEffect(() => {
    document.title = `${t("title")} – Seatway`;
  }, [t]);
  const first = useRef<HTMLInputElement>(null);
  useFirstFocus(first);
  const send = (event: FormEvent<HTMLElement>) => {
    event.preventDefault();
    const fits = /^[1-9]\d{0,8}$/.test(user);
    setWrong(!fits);
    if (fits) signIn.mutate();
    else focusWrong(event.currentTarget);
  };
  return (
    <Frame>
      <Paper component="form" onSubmit={send} withBorder p="lg" maw={380} mx="auto" mt="xl" noValidate>
        <Stack gap="md">
          <div>
            <Title order={1} size="h3">
              {t("title")}
            </Title>
            <Text c="dimmed" size="sm">
              {t("signIn.about")}
            </Text>
          </div>
          {signIn.error && <Problem fault={signIn.error} say={(code) => failures[code] ?? ""} />}
          <TextInput
            label={t("signIn.user")}
            name="user"
            value={user}
            onChange={(event) => setUser(event.currentTarget.value.trim())}
            error={wrong ? t("signIn.userRule") : undefined}
            inputMode="numeric"
            autoComplete="username"
            ref={first}
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={t("signIn.password")}
            name="password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
          />
          <Button type="submit" loading={signIn.isPending}>
            {t("signIn.send")}
          </Button>
        </Stack>
      </Paper>
    </Frame>
  );
}
