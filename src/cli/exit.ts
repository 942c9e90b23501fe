// Exit codes of the command line, ONE table: scripts branch on them, `--help` prints them.

export const exit = {
  done: 0,
  usage: 2,
  customerFailed: 10,
  phoneFailed: 11,
  refused: 12,
  unreachable: 13,
  sessionLost: 14,
  trunkDown: 15,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

export const exitMeaning: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [exit.done, "talked, or the command was carried out"],
  [exit.usage, "wrong usage"],
  [exit.customerFailed, "the customer did not answer, or could not be reached"],
  [exit.phoneFailed, "the agent's phone did not answer, or could not be reached"],
  [exit.refused, "refused by the gateway (the code is printed)"],
  [exit.unreachable, "the gateway cannot be reached, or does not speak as one"],
  [exit.sessionLost, "the agent was signed out during the call"],
  [exit.trunkDown, "a trunk does not serve, or its test call failed"],
  [exit.interrupted, "interrupted; the call was released and the agent signed out"],
];
