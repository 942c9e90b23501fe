// The session for the components: one for the page, made before the first is drawn.

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { every, now } from "../../clock.ts";
import { type Commands, commandsOf } from "./commands.ts";
import { type DeskModel, type DeskSession, openDeskSession } from "./desk-session.ts";
import { keepWrapUps } from "./wrap-up-keeper.ts";

type Desk = { readonly session: DeskSession; readonly commands: Commands };

const DeskContext = createContext<Desk | null>(null);

let opened: Desk | null = null;

/** React may draw a page twice; there is one session. */
function theDesk(): Desk {
  if (opened) return opened;
  const session = openDeskSession();
  opened = { session, commands: commandsOf(session, keepWrapUps(session)) };
  void session.start();
  return opened;
}

export function DeskProvider({ children }: { readonly children: ReactNode }) {
  return <DeskContext value={theDesk()}>{children}</DeskContext>;
}

function useContextDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a part of the desk stands outside of it");
  return desk;
}

export const useSession = (): DeskSession => useContextDesk().session;
export const useCommands = (): Commands => useContextDesk().commands;

export function useModel(): DeskModel {
  const { session } = useContextDesk();
  return useSyncExternalStore(session.subscribe, session.model);
}

/** The time, again each second. */
export function useNow(): number {
  const [time, setTime] = useState(now);
  useEffect(() => every(1000, () => setTime(now())), []);
  return time;
}
