// The live board of an operator: node examples/wallboard.mjs [URL] [work number] [password]
import { operatorClient } from "seatway/client/operator";

const [url = "http://127.0.0.1:8000", user = "120", password = ""] = process.argv.slice(2);
const operator = operatorClient({ url });
const signedIn = await operator.ask("signIn", { body: { user, password } });
if ("refused" in signedIn) throw new Error(`${signedIn.status} ${signedIn.message}`);

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
await operator.follow(
  {
    state: (state) => console.log(`board ${state}`),
    item({ type, agents = [], figures }) {
      console.log(`${type}: ${figures.agents} agents, ${figures.calls} calls, ${figures.waiting} waiting`);
      for (const { id, name, state } of agents) if (state !== 2) console.log(`  ${id} ${name}: ${state}`);
    },
  },
  stop.signal,
);
