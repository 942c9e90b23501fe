// The pictures of a call with video in this browser: the other side's, and the agent's own small beside it. With a desk phone they are at
// the phone.

import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { Picture } from "./picture.tsx";
import { useModel } from "./session/use-desk.tsx";
import { currentCall, type DeskCall } from "./state/desk-state.ts";
import { numberOf } from "./words.ts";

export function CallPictures({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { desk, phone, pictures } = useModel();
  if (!call.video || phone?.kind !== "browser" || currentCall(desk)?.id !== call.id) return null;
  const { own, theirs } = pictures;
  const unseen = call.unseenAt !== null;
  return (
    <section className="desk-pictures" aria-label={t("call.pictures")}>
      <figure className="desk-theirs">
        <figcaption>{t("call.noPicture")}</figcaption>
        {theirs ? <Picture stream={theirs} label={t("call.theirPicture", { number: numberOf(t, call) })} /> : null}
      </figure>
      <figure className="desk-own">
        {own && !unseen ? <Picture stream={own} label={t("call.ownPicture")} mirrored /> : null}
        {own && !unseen ? null : (
          <figcaption>
            <Icon name="cameraOff" /> {own ? t("call.hidden") : t("call.noOwnPicture")}
          </figcaption>
        )}
      </figure>
    </section>
  );
}
