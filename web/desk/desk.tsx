// The agent's desk: which of its screens is shown.

import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { CallFloor } from "./call-floor.tsx";
import "./desk.css";
import { Elsewhere } from "./elsewhere.tsx";
import { DeskProvider, useModel } from "./session/use-desk.tsx";
import { SignIn } from "./sign-in.tsx";
import { Starting } from "./starting.tsx";

function Screen() {
  const { phase } = useModel();
  switch (phase) {
    case "signed-in":
      return <CallFloor />;
    case "elsewhere":
      return <Elsewhere />;
    case "starting":
      return <Starting />;
    default:
      return <SignIn />;
  }
}

export function Desk() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `Seatway · ${t("title")}`;
  }, [t]);
  return (
    <DeskProvider>
      <Screen />
    </DeskProvider>
  );
}
