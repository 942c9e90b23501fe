// Keys for what an agent does a hundred times a day. With Alt, so that no text field loses a letter; everything has a button as well.

import { Kbd, Modal, Table } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Commands } from "./session/commands.ts";
import type { DeskModel } from "./session/desk-session.ts";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { type CallControl, callControls, stateChoices } from "./state/controls.ts";
import { currentCall, isLive } from "./state/desk-state.ts";

export const keys = {
  answer: "Alt+A",
  hold: "Alt+H",
  mute: "Alt+M",
  video: "Alt+V",
  release: "Alt+E",
  transfer: "Alt+T",
  dial: "Alt+N",
  ready: "Alt+R",
} as const;

type Act = keyof typeof keys;

/** What a key means now; nothing where the table of controls does not allow it. */
function act(name: Act, { desk, phone }: Pick<DeskModel, "desk" | "phone">, commands: Commands): void {
  const call = currentCall(desk) ?? desk.calls.findLast(isLive);
  if (name === "dial") return document.querySelector<HTMLInputElement>('input[name="number"]')?.focus();
  if (name === "transfer") return document.querySelector<HTMLButtonElement>('[data-act="transfer"]')?.click();
  if (name === "ready") return stateChoices(desk).includes("ready") ? void commands.become("ready") : undefined;
  if (!call) return;
  const controls = callControls(desk, call, phone?.video);
  const meanings: Readonly<Record<string, readonly (readonly [CallControl, () => unknown])[]>> = {
    answer: [["answer", () => commands.answer(call)]],
    release: [["release", () => commands.release(call)]],
    hold: [
      ["hold", () => commands.hold()],
      ["retrieve", () => commands.retrieve(call)],
    ],
    mute: [
      ["mute", () => commands.mute(true)],
      ["unmute", () => commands.mute(false)],
    ],
    video: [
      ["hide", () => commands.show(false)],
      ["show", () => commands.show(true)],
    ],
  };
  meanings[name]?.find(([control]) => controls.has(control))?.[1]();
}

export function useShortcuts(): void {
  const { desk, phone } = useModel();
  const commands = useCommands();
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const found = (Object.keys(keys) as Act[]).find((name) => keys[name] === `Alt+${event.code.replace("Key", "")}`);
      if (!found) return;
      event.preventDefault();
      act(found, { desk, phone }, commands);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [desk, phone, commands]);
}

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("keys.title")}
      returnFocus={false}
      closeButtonProps={{ "aria-label": shell("close") }}
    >
      <Table>
        <Table.Tbody>
          {(Object.keys(keys) as Act[]).map((name) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`keys.${name}`)}</Table.Td>
              <Table.Td>
                <Kbd>{keys[name]}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
