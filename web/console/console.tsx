// The operator's console, loaded when its address is opened: who is signed in, the ways to its pages, and the page. Its words come
// with it.

// The whole sheet of the component library; the desk does with a part of it.
import "@mantine/core/styles.css";
import "./console.css";
import { Button, Center, Group, Loader, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import type { OperatorSession } from "../../src/contract/operator-reply.ts";
import { Frame } from "../shell/frame.tsx";
import { AuditPage } from "./audit.tsx";
import { BoardPage } from "./board.tsx";
import { AgentsPage, NumbersPage, PhonesPage, SkillsPage } from "./directory.tsx";
import { ask, keyOf, Refusal, useAnswer, watchSession } from "./gateway.ts";
import { ParametersPage } from "./parameters.tsx";
import { Page, Problem } from "./parts.tsx";
import { RecordingsPage } from "./recordings.tsx";
import { RecordsPage } from "./records.tsx";
import { SettingsPage } from "./settings.tsx";
import { SignIn } from "./sign-in.tsx";
import { SimulationPage } from "./simulation.tsx";
import { TimelinePage } from "./timeline.tsx";
import { TrunksPage } from "./trunks.tsx";
import { UsersPage } from "./users.tsx";
import { console as en } from "./words/en.ts";
import { console as zh } from "./words/zh.ts";

i18next.addResourceBundle("en", "console", en);
i18next.addResourceBundle("zh", "console", zh);

/** In the order of the menu; `administrator`: not shown to others. */
const pages = [
  { path: "board", Component: BoardPage },
  { path: "records", Component: RecordsPage },
  { path: "recordings", Component: RecordingsPage },
  { path: "agents", Component: AgentsPage },
  { path: "skills", Component: SkillsPage },
  { path: "phones", Component: PhonesPage },
  { path: "numbers", Component: NumbersPage },
  { path: "trunks", Component: TrunksPage },
  { path: "parameters", Component: ParametersPage },
  { path: "audit", Component: AuditPage },
  { path: "settings", Component: SettingsPage, administrator: true },
  { path: "users", Component: UsersPage, administrator: true },
  { path: "simulation", Component: SimulationPage, simulation: true },
] as const;

type Shown = (typeof pages)[number];

const isFor = (page: Shown, { rights, simulation }: OperatorSession): boolean =>
  !("administrator" in page && rights !== "administrator") && !("simulation" in page && !simulation);

export function Console() {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const session = useAnswer("session", {}, { retry: 0 });
  useEffect(() => watchSession(queries), [queries]);
  const { data, error } = session;
  if (data) return <SignedIn session={data} />;
  const signedOut = data === null || (error instanceof Refusal && error.refused?.status === 401);
  if (signedOut) return <SignIn />;
  return (
    <Frame>
      {error ? (
        <Problem fault={error} again={() => void session.refetch()} />
      ) : (
        <Center mih="50dvh">
          <Loader aria-label={t("loading")} />
        </Center>
      )}
    </Frame>
  );
}

function SignedIn({ session }: { readonly session: OperatorSession }) {
  const shown = pages.filter((page) => isFor(page, session));
  return (
    <Frame head={<Who session={session} />}>
      <div className="console">
        <Menu pages={shown} />
        <div className="console-page">
          <Switch>
            <Route path="/console">
              <Redirect to="/console/board" replace />
            </Route>
            <Route path="/console/calls/:id">
              {({ id }) => <TimelinePage key={id} callId={decodeURIComponent(id)} />}
            </Route>
            {shown.map(({ path, Component }) => (
              <Route key={path} path={`/console/${path}`}>
                <Component session={session} />
              </Route>
            ))}
            <Route>
              <NoPage />
            </Route>
          </Switch>
        </div>
      </div>
    </Frame>
  );
}

function NoPage() {
  const { t } = useTranslation("shell");
  const { t: words } = useTranslation("console");
  return (
    <Page title={t("notFound")} about={t("notFoundText")}>
      <Button component={Link} href="/console/board" variant="default" w="fit-content">
        {words("pages.board")}
      </Button>
    </Page>
  );
}

function Menu({ pages: shown }: { readonly pages: readonly Shown[] }) {
  const { t } = useTranslation("console");
  const [location] = useLocation();
  const place = useRef<HTMLElement>(null);
  // On a phone the menu is a strip that is wider than the window: the page that is open is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is another way
  useEffect(() => {
    const strip = place.current;
    if (!strip) return;
    const show = () => {
      const way = strip.querySelector("[aria-current]")?.getBoundingClientRect();
      const { left, width } = strip.getBoundingClientRect();
      if (way) strip.scrollLeft += way.left + way.width / 2 - left - width / 2;
    };
    const observer = new ResizeObserver(show);
    observer.observe(strip);
    return () => observer.disconnect();
  }, [location]);
  return (
    <nav className="console-menu" aria-label={t("menu")} ref={place}>
      {shown.map(({ path }) => {
        const here = location === `/console/${path}` || (path === "records" && location.startsWith("/console/calls/"));
        return (
          <Link key={path} href={`/console/${path}`} className="console-way" aria-current={here ? "page" : undefined}>
            {t(`pages.${path}`)}
          </Link>
        );
      })}
    </nav>
  );
}

function Who({ session: { user, name, rights, node } }: { readonly session: OperatorSession }) {
  const { t } = useTranslation("console");
  const queries = useQueryClient();
  const leave = async () => {
    await ask("signOut").catch(() => {});
    queries.removeQueries({ queryKey: ["operator"] });
    queries.setQueryData(keyOf("session"), null);
  };
  return (
    <Group gap="sm" flex={1} wrap="nowrap" className="console-who">
      <Text size="sm" c="dimmed" truncate flex={1} className="console-node">
        {t("node", { vdn: node.vdn, node: node.name, version: node.version })}
      </Text>
      <Text size="sm" truncate>
        <span className="console-name">{name} · </span>
        {user} · {t(`rights.${rights}`)}
      </Text>
      <Button variant="default" size="compact-sm" onClick={() => void leave()}>
        {t("signOut")}
      </Button>
    </Group>
  );
}
