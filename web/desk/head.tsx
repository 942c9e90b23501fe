// The head of the desk: the agent's state, his phone, who he is; below it what is wrong with the connection or the phone.

import { Alert, Badge, Button, Menu } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { DeviceSetup } from "./device-setup.tsx";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { isLive } from "./state/desk-state.ts";
import { StateSelector } from "./state-selector.tsx";

const phoneColours = {
  off: "gray",
  connecting: "yellow",
  registered: "teal",
  refused: "red",
  lost: "red",
  "no-microphone": "red",
} as const;

function PhoneBadge() {
  const { t } = useTranslation();
  const { phone, phoneState } = useModel();
  const icon = phone?.kind === "browser" ? "microphone" : "phone";
  return (
    <Badge
      className="desk-badge"
      variant="light"
      color={phoneColours[phoneState]}
      leftSection={<Icon name={icon} size={14} />}
      role="status"
      data-phone-state={phoneState}
    >
      {t(`phoneState.${phoneState}`)} · {phone?.number ?? ""}
    </Badge>
  );
}

export function DeskHead() {
  const { t } = useTranslation();
  const { signOut } = useCommands();
  const { agent, setup, phone, desk } = useModel();
  const [dialog, setDialog] = useState<"devices" | "keys" | null>(null);
  const inCall = desk.calls.some(isLive);
  const menu = useRef<HTMLButtonElement>(null);
  // The entry of the menu that has opened it is gone.
  const close = () => {
    setDialog(null);
    menu.current?.focus();
  };
  return (
    <>
      <StateSelector />
      <span className="frame-space" />
      <PhoneBadge />
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            ref={menu}
            className="desk-who"
            variant="subtle"
            color="gray"
            rightSection={<Icon name="chevron" size={14} />}
          >
            <span className="desk-name">{setup?.name ?? t("head.signedInAs", { agent })}</span>
            <span className="desk-id">{agent}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {phone?.kind === "browser" ? (
            <Menu.Item leftSection={<Icon name="microphone" />} onClick={() => setDialog("devices")}>
              {t("head.devices")}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<Icon name="keypad" />} onClick={() => setDialog("keys")}>
            {t("head.shortcuts")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="signOut" />} onClick={() => void signOut(inCall)}>
            {inCall ? t("head.signOutAnyway") : t("head.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "devices" ? <DeviceSetup opened onClose={close} /> : null}
      {dialog === "keys" ? <Shortcuts onClose={close} /> : null}
    </>
  );
}

/** What stands between the agent and his calls. */
export function Troubles() {
  const { t } = useTranslation();
  const { linked, phoneState, desk } = useModel();
  const phoneHelp =
    phoneState === "refused" || phoneState === "lost" || phoneState === "no-microphone" ? phoneState : null;
  return (
    <>
      {linked ? null : (
        <Alert color="yellow" icon={<Icon name="wifiOff" />} title={t("head.linkLost")} role="alert">
          {t(desk.calls.some(isLive) ? "head.linkLostCall" : "head.linkLostText")}
        </Alert>
      )}
      {phoneHelp ? (
        <Alert color="red" icon={<Icon name="warning" />} title={t(`phoneState.${phoneHelp}`)} role="alert">
          {t(`phoneHelp.${phoneHelp}`)}
        </Alert>
      ) : null}
    </>
  );
}
