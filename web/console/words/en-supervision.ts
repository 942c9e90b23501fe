// English of what a supervisor does on the board.

export const supervision = {
  supervise: {
    title: "Beside this agent",
    about: "Your phone rings for it, and you are beside the agent in whatever call he has.",
    needDesk:
      "To listen you have to be signed in as an agent too: sign in at the desk as {{user}}. Your phone rings for it.",
    needIdle: "To listen or to whisper you have to be idle. You are now: {{state}}.",
    noTalk: "The agent is in no conversation; who listens hears the next one.",
    rings: "Your phone {{phone}} rings: take it up.",
    now: {
      listen: "You hear both. Nobody hears you.",
      whisper: "You hear both. The agent alone hears you.",
      insert: "All hear each other.",
    },
    others: "{{name}} ({{id}}) is beside this agent: {{mode}}.",
    modes: { listen: "listens", whisper: "whispers", insert: "talks with all" },
    acts: {
      listen: "Listen",
      whisper: "Whisper",
      insert: "Talk with all",
      "take-over": "Take the call over",
      end: "Leave this agent",
    },
    sure: "Take over the call of agent {{id}}?",
    sureText: "The agent is out of it, and the other side talks with you. It stands in the audit log.",
    takeOverNow: "Take over now",
    failures: {
      "000-005": "You cannot do this to yourself.",
      "100-006": "You are not signed in as an agent. Sign in at the desk with a phone: it is the one that rings.",
      "900-002": "You have no right to do this: it is for supervisors and administrators.",
      "900-003": "Your phone cannot be rung: sign in at the desk with a phone that is registered.",
      "900-004": "The agent has signed out meanwhile.",
      "900-005": "It does not fit what you or the agent do now. Look at both states and try again.",
      "200-025": "The call has ended meanwhile.",
    },
  },
  force: {
    title: "State of this agent",
    later: "During a call the state comes when the call ends.",
    acts: { busy: "Make busy", idle: "Make idle", rest: "Send to rest" },
    minutes: "Rest, minutes",
    minutesRule: "A whole number, 1 to {{most}}",
    cause: "Cause",
    sure: {
      busy: "Make agent {{id}} busy?",
      idle: "Make agent {{id}} idle?",
      rest: "Send agent {{id}} to rest for {{minutes}} minutes?",
    },
    sureText: "The agent's program is told. It stands in the audit log.",
    go: "Do it",
    done: "Done.",
    drop: "End this call",
    sureDrop: "End the call with {{who}}?",
    sureDropText: "For everybody who is in it. It stands in the audit log.",
    dropNow: "End it now",
  },
} as const;
