// The queries of one group of the interface (operations.json): GET, with a value, by the same form of path.

/** `sibling`: the documents do not show the form of its result, which is made like its sisters'. `path` "": that of the group itself. */
export const queriesOf = <const Group extends string>(group: Group) => {
  const described = (name: string, path: string, summary: string) =>
    ({
      id: `${group}.${name}`,
      method: "GET",
      path: `/${group}/{agentid}${path === "" ? "" : `/${path}`}`,
      logName: name,
      summary,
      result: "value",
      success: "",
    }) as const;
  const sibling = (name: string, path: string, summary: string) =>
    ({ ...described(name, path, summary), shape: "sibling" }) as const;
  return { described, sibling };
};
