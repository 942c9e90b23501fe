// One callout from sign-in to sign-out: node examples/callout.mjs [URL] [called]
import { connect } from "seatway/client";

const [url = "http://127.0.0.1:8000", called = "40040"] = process.argv.slice(2);
const agent = connect({ url, agent: "101" });
const events = agent.events();

const signedIn = await agent.signIn({ phonenum: "40001" });
if (!signedIn.ok) throw new Error(`${signedIn.retcode} ${signedIn.message}. ${signedIn.hint}`);

const call = await agent.callOut({ called });
if (!call.ok) console.log(`refused: ${call.retcode} ${call.field} ${call.message}. ${call.hint}`);

let released = false;
for await (const { eventType, content } of call.ok ? events : []) {
  console.log(eventType, JSON.stringify(content));
  if (eventType === "AgentEvent_Talking") await agent.release();
  // His phone is down and he is free again: the call is over, whether it was answered or not.
  if (eventType === "AgentOther_PhoneRelease") released = true;
  if (released && eventType === "AgentState_Ready") break;
}
await agent.forceSignOut();
agent.stop();
