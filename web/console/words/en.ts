// English of the operator's console.

export const console = {
  title: "Operator console",
} as const;
