// The product's sign and name, first in the head of every page.

import { useTranslation } from "react-i18next";
import mark from "../icon.svg";

export function Brand() {
  const { t } = useTranslation("shell");
  return (
    <span className="frame-brand">
      <img src={mark} alt="" width={24} height={24} />
      {t("product")}
    </span>
  );
}
