// What travels with a call. Whoever made it up is a stranger: it is shown as text, whatever it holds. An object of plain values is
// shown as a table, since that is what integrators send.

import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Pair = readonly [name: string, value: string];

const MOST_PAIRS = 60;

/** null: no object of plain values. */
export function pairsOf(text: string): readonly Pair[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const pairs = Object.entries(value).map(([name, each]): Pair => {
      return [name, typeof each === "object" && each !== null ? JSON.stringify(each) : String(each)];
    });
    return pairs.length > 0 && pairs.length <= MOST_PAIRS ? pairs : null;
  } catch {
    return null;
  }
}

export function AttachedData({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  if (text === "") {
    return (
      <Text size="sm" c="dimmed">
        {t("call.noData")}
      </Text>
    );
  }
  const pairs = pairsOf(text);
  if (!pairs) return <pre className="desk-data">{text}</pre>;
  return (
    <dl className="desk-data-list">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
