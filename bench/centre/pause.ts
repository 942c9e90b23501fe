// How an agent takes himself out of the queue and comes back: a command for each, and the state that the gateway then shows.

export type Pause = {
  readonly path: (agent: string) => string;
  readonly end: (agent: string) => string;
  readonly shows: number;
};

export const pauses: readonly Pause[] = [
  {
    path: (agent) => `/onlineagent/${agent}/saybusy?reason=201`,
    end: (agent) => `/onlineagent/${agent}/sayfree`,
    shows: 3,
  },
  {
    path: (agent) => `/onlineagent/${agent}/rest/80000/5`,
    end: (agent) => `/onlineagent/${agent}/cancelrest`,
    shows: 8,
  },
];
