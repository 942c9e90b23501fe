// English of the agent's desk.

export const desk = {
  title: "Agent desk",
} as const;
