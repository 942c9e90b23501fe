// The type of a call, as a number in events and in what is read of it (codes.json call_features).

import type { CallKind, CallPlan } from "./call/plan.ts";

const features = { incoming: 0, internal: 6, outgoing: 7, help: 51 } as const satisfies Record<CallKind, number>;

export const featureOf = ({ kind, feature }: Pick<CallPlan, "kind" | "feature">): number => feature ?? features[kind];
