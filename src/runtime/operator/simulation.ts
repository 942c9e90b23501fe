// The demo's simulated phones and parties, by their control interface (docs/sim.md), which listens on this machine alone: the
// operator's browser may be elsewhere. What it says goes back as it is.

import { type ClientRequest, request } from "node:http";
import type { StationsView } from "../../contract/operator-reply.ts";

export type SimulationReply = { readonly status: number; readonly body: unknown };

export type Simulation = {
  stations(): Promise<StationsView>;
  /** `action` "": a change of the behaviour. Both as docs/sim.md has them. */
  ask(kind: string, number: string, action: string, body: unknown): Promise<SimulationReply>;
};

const PATIENCE_MS = 5_000;
const MOST_BYTES = 4_194_304;

type Ask = { readonly method: "GET" | "PUT" | "POST"; readonly path: string; readonly body?: unknown };

/** `control`: `http://127.0.0.1:<port>`. */
export function openSimulation(control: string): Simulation {
  const ask = ({ method, path, body }: Ask): Promise<SimulationReply> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const headers = text === "" ? {} : { "Content-Type": "application/json" };
      const asked: ClientRequest = request(
        `${control}${path}`,
        { method, headers, timeout: PATIENCE_MS },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > MOST_BYTES) asked.destroy(new Error("the simulation says too much"));
            else chunks.push(chunk);
          });
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
        },
      );
      asked.on("timeout", () => asked.destroy(new Error("the simulation does not answer")));
      asked.on("error", reject);
      asked.end(text);
    });

  const list = async (kind: string): Promise<StationsView["phones"]> => {
    const { status, body } = await ask({ method: "GET", path: `/${kind}` });
    if (status !== 200 || !Array.isArray(body)) throw new Error("the simulation does not list its stations");
    return body as StationsView["phones"];
  };

  return {
    async stations() {
      const [phones, parties] = await Promise.all([list("phones"), list("parties")]);
      return { phones, parties };
    },
    ask(kind, number, action, body) {
      const path = `/${kind}/${encodeURIComponent(number)}${action === "" ? "" : `/${action}`}`;
      const given = action === "hangup" || action === "reset" ? {} : { body };
      return ask({ method: action === "" ? "PUT" : "POST", path, ...given });
    },
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
