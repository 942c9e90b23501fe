// The plain page: places a callout as any client of the interface does (sign in, poll, call, release, sign out) and shows
// the live feed. The Guid lives in this script alone; nothing is stored.

const root = "/agentgateway/resource";
const shownLines = 400;
const pauseAfterEmptyPollMs = 300;

const element = (id) => document.getElementById(id);
const fields = ["agent", "password", "phone", "caller", "called", "media"].map(element);
const [agent, password, phone, caller, called, media] = fields;
const [call, release, signOut, state, lines] = ["call", "release", "sign-out", "state", "lines"].map(element);

/** The session of the agent, null while signed out. A poll that returns into another one ends itself. */
let session = null;
/** The id of the call that the page placed, "" while there is none. */
let callId = "";

const say = (text) => {
  state.textContent = text;
};

const showButtons = () => {
  signOut.disabled = !session;
  release.disabled = callId === "";
  call.disabled = callId !== "";
  call.textContent = session ? "Call" : "Sign in and call";
  for (const field of [agent, password, phone]) field.disabled = session !== null;
};

/** One request of the interface. Every outcome of business has status 200; `retcode` says which. */
async function ask(method, path, body) {
  const headers = session ? { guid: session.guid } : {};
  if (body) headers["content-type"] = "application/json";
  const response = await fetch(root + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const guid = response.headers.get("Guid");
  const reply = await response.json();
  if (guid && session) session.guid = guid;
  return { ...reply, guid };
}

/** 100-002: signed in already, so the sign-in is forced. */
async function signIn() {
  const body = { password: password.value, phonenum: phone.value, status: 4 };
  const path = `/onlineagent/${encodeURIComponent(agent.value)}`;
  const first = await ask("PUT", path, body);
  const reply = first.retcode === "100-002" ? await ask("PUT", `${path}/forcelogin`, body) : first;
  if (reply.retcode !== "0") throw new Error(`Sign-in refused: ${reply.retcode} ${reply.message}`);
  session = { agent: agent.value, guid: reply.guid };
  showButtons();
  poll(session).catch(fail);
}

function callEnded(content, text) {
  if (content !== callId) return;
  callId = "";
  showButtons();
  say(text);
}

const told = {
  AgentOther_PhoneAlerting: () => say("The agent's phone rings."),
  AgentEvent_Customer_Alerting: () => say("The customer's phone rings."),
  AgentEvent_Talking: () => say("Talking."),
  AgentEvent_Call_Release: (content) => callEnded(content, "The call has ended."),
  AgentEvent_Call_Out_Fail: (content) => callEnded(content, "The call failed."),
  AgentOther_ShutdownService: () => signedOut("The gateway signed the agent out."),
};

function signedOut(text) {
  session = null;
  callId = "";
  showButtons();
  say(text);
}

async function poll(mine) {
  while (session === mine) {
    const reply = await ask("GET", `/agentevent/${mine.agent}`);
    if (session !== mine) return;
    if (reply.retcode !== "0") return signedOut(`Signed out: ${reply.retcode} ${reply.message}`);
    told[reply.event?.eventType]?.(reply.event.content);
    if (!reply.event) await new Promise((resolve) => window.setTimeout(resolve, pauseAfterEmptyPollMs));
  }
}

async function placeCall() {
  call.disabled = true;
  if (!session) await signIn();
  const reply = await ask("PUT", `/voicecall/${session.agent}/callout`, {
    caller: caller.value,
    called: called.value,
    skillid: 25,
    callappdata: "",
    mediaability: Number(media.value),
    userVideoDirection: 4,
  });
  callId = reply.result ?? "";
  showButtons();
  say(callId === "" ? `Refused: ${reply.retcode} ${reply.message}` : `Call ${callId} begins.`);
}

async function endCall() {
  const reply = await ask("DELETE", `/voicecall/${session.agent}/release`);
  if (reply.retcode !== "0") say(`Refused: ${reply.retcode} ${reply.message}`);
}

async function leave() {
  const reply = await ask("DELETE", `/onlineagent/${session.agent}/forcelogout`);
  signedOut(reply.retcode === "0" ? "Signed out." : `Signed out: ${reply.retcode} ${reply.message}`);
}

function fail(error) {
  signedOut(session ? `Connection lost: ${error.message}` : error.message);
}

element("demo").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  placeCall().catch(fail);
});
release.addEventListener("click", () => endCall().catch(fail));
signOut.addEventListener("click", () => leave().catch(fail));

// The live feed.

const clockTime = new Intl.DateTimeFormat([], {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

/** An element with a class and text; text never becomes markup. */
const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
};

/** SIP messages are long: they open on demand. */
function whatOf({ agent: about, title, text }) {
  const what = make("div", "what", "");
  const heading = about === "" ? title : `${title} (${about})`;
  if (!text.includes("\n")) {
    what.append(make("span", "", heading), " ", make("code", "", text));
    return what;
  }
  const details = document.createElement("details");
  details.append(make("summary", "", heading), make("pre", "", text));
  what.append(details);
  return what;
}

function show(line) {
  const item = make("li", line.kind, "");
  item.append(make("time", "", clockTime.format(line.at)), make("span", "kind", line.kind), whatOf(line));
  lines.prepend(item);
  while (lines.childElementCount > shownLines) lines.lastElementChild.remove();
}

for (const box of document.querySelectorAll("input[name=kind]")) {
  box.addEventListener("change", () => lines.classList.toggle(`hide-${box.value}`, !box.checked));
}
element("clear").addEventListener("click", () => lines.replaceChildren());

const feed = new EventSource("/live");
feed.addEventListener("open", () => {
  element("feed").textContent = "connected";
});
feed.addEventListener("error", () => {
  element("feed").textContent = "not connected, trying again";
});
feed.addEventListener("message", ({ data }) => show(JSON.parse(data)));
