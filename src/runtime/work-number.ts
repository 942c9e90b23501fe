// An agent's work number by voice (operations.json reportSound; codes.json 200-009): the announcements of its digits, which the site has.

import { agentId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { Site } from "../core/site.ts";
import type { Gateway } from "./face.ts";
import type { Loop } from "./loop.ts";

type Desk = { readonly site: Pick<Site, "workNumberVoice">; readonly loop: Pick<Loop, "post"> };

export const openWorkNumberDesk = ({ site, loop }: Desk): Pick<Gateway, "sayWorkNumber"> => ({
  sayWorkNumber(agent) {
    const voice = site.workNumberVoice;
    if (!voice) return refuse("100-007", "the site has no announcements of work numbers (workNumberVoice)");
    const { before = "", digits, after = "" } = voice;
    const names = [before, ...[...agent].map((digit) => digits[Number(digit)] ?? ""), after].filter(Boolean);
    const refused = loop.post({ to: "agent", id: agentId(agent), input: { type: "say-number", names } });
    return refused ?? { done: true };
  },
});
