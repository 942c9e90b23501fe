// Which page stands at which address: the desk at `/`, the console below `/console`.

import { Button, Center, Loader, MantineProvider, Stack, Text, Title } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Switch } from "wouter";
import { Desk } from "./desk/desk.tsx";
import { FailureGuard } from "./shell/failure.tsx";
import { Frame } from "./shell/frame.tsx";
import { contrast, theme } from "./shell/theme.ts";

const Console = lazy(() => import("./console/console.tsx").then((module) => ({ default: module.Console })));

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });

/** Of this reply, for the styles that the component library writes (src/http/pages.ts). */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

/** What keeps the page from scrolling behind a dialog asks for it by this name. */
Object.assign(globalThis, { __webpack_nonce__: nonce });

function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <Frame>
      <Stack maw={480} mx="auto" mt="xl">
        <Title order={1} size="h3">
          {t("notFound")}
        </Title>
        <Text>{t("notFoundText")}</Text>
        <Button component={Link} href="/" w="fit-content">
          {t("toDesk")}
        </Button>
      </Stack>
    </Frame>
  );
}

function Waiting() {
  const { t } = useTranslation("shell");
  return (
    <Center mih="100dvh">
      <Loader aria-label={t("loading")} />
    </Center>
  );
}

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={contrast}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <FailureGuard>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/" component={Desk} />
              <Route path="/console/*?" component={Console} />
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </FailureGuard>
      </QueryClientProvider>
    </MantineProvider>
  );
}
