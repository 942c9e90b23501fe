// Follows an agent's events through lost connections and restarts, and says what it missed: node examples/follow.mjs [URL] [work number] [phone]
import { connect } from "seatway/client";

const [url = "http://127.0.0.1:8000", number = "102", phonenum = "40002"] = process.argv.slice(2);
const agent = connect({ url, agent: number });

// "lost" and "restored": the client goes on by itself, behind the last event that it had.
agent.onLink((link) => console.log(`link ${link}`));
agent.onSnapshot(({ missed, snapshot }) => console.log(`missed ${missed ?? "some"}: state ${snapshot.agentState}`));
agent.onEvent((event) => console.log(event.id ?? "", event.eventType));

const signedIn = await agent.signIn({ phonenum });
if (!signedIn.ok) throw new Error(`${signedIn.retcode} ${signedIn.message}. ${signedIn.hint}`);

process.once("SIGINT", () => agent.forceSignOut());
// Signed out, displaced by another sign-in, or the gateway is gone for good.
const { name, message } = await agent.ended;
console.log(`ended: ${name} ${message}`.trim());
