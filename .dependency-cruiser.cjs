// The walls of docs/architecture.md, one rule each or one row of `rooms`. Type imports count like any other
// (tsPreCompilationDeps). Run by scripts/check.mjs; test/architecture.test.ts proves that each rule catches.

/** Room (a folder of src/, or a file of that name) -> the other rooms that it may import. */
const rooms = {
  base: [],
  contract: [],
  core: ["base", "contract"],
  sip: ["base"],
  media: ["base"],
  client: ["contract"],
  store: ["base", "contract", "core"],
  settings: ["base", "contract", "core", "setting"],
  runtime: ["base", "contract", "core", "sip", "media", "store", "settings"],
  http: ["base", "contract", "core", "runtime", "settings"],
  mml: ["base", "contract", "core", "runtime", "settings"],
  cli: ["base", "contract", "client"],
  sim: ["base", "sip", "media"],
};

const test = "\\.test\\.ts$";

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import ${allowed.length > 0 ? allowed.join(", ") : "nothing of ours"}.`,
  severity: "error",
  from: { path: `^src/${room}(/|[.])`, pathNot: "^src/[^/]+\\.test\\.ts$" },
  to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})(/|[.])` },
}));

const facePattern = "^src/(sip/(endpoint|face)|media/(plane|face))\\.ts$";

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Wall 1: no import circle, types included.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...roomRules,
    {
      name: "pages-by-client",
      comment: "Wall 7: web/ knows the gateway as any program does: by client/ and contract/.",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^(src|test|bench|scripts|bin)/", pathNot: "^src/(client|contract)/" },
    },
    {
      name: "pages-in-browsers",
      comment: "web/ runs in browsers; its tests do not.",
      severity: "error",
      from: { path: "^web/", pathNot: test },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pages-apart",
      comment: "The gateway serves the pages as files; nothing of theirs runs in it.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^web/" },
    },
    {
      name: "known-room",
      comment: "A new folder of src/ needs a row in `rooms` and a line in docs/architecture.md.",
      severity: "error",
      from: { path: "^src/[^/]+/", pathNot: `^src/(${Object.keys(rooms).join("|")})/` },
      to: {},
    },
    {
      name: "core-is-pure",
      comment: "Wall 2: the core knows neither Node.js nor any package; its tests may.",
      severity: "error",
      from: { path: "^src/core/", pathNot: test },
      to: { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "by-the-face",
      comment: "Wall 5: from outside, only endpoint.ts, plane.ts, face.ts and types enter sip/ and media/.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(sip|media)/" },
      to: { path: "^src/(sip|media)/", pathNot: facePattern, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-sisters",
      comment: "Wall 8: a folder of core/ may import a sister's types, never its reducer: domains talk with `tell`.",
      severity: "error",
      from: { path: "^src/core/([^/]+)/", pathNot: test },
      to: { path: "^src/core/[^/]+/", pathNot: "^src/core/$1/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "one-registry",
      comment: "Wall 6: metrics have one room; everybody else reports to it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/runtime/metrics/" },
      to: { path: "node_modules/prom-client/" },
    },
    {
      name: "one-tracer",
      comment: "Wall 6: traces too; the SDK is loaded by one file, when tracing is on.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/runtime/tracing/otlp\\.ts$" },
      to: { path: "node_modules/@opentelemetry/" },
    },
    {
      name: "tracer-on-demand",
      comment: "Whoever does not trace does not load it: the file is imported dynamically.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/runtime/tracing/otlp\\.ts$", dynamic: false },
    },
    {
      name: "one-acme",
      comment: "Wall 6: the ACME client is 25 MB; one file loads it, when a certificate is due.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/acme-order\\.ts$" },
      to: { path: "node_modules/acme-client/" },
    },
    {
      name: "acme-on-demand",
      comment: "Whoever orders no certificate does not load it: the file is imported dynamically.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/acme-order\\.ts$", dynamic: false },
    },
    {
      name: "main-is-the-roof",
      comment: "main.ts puts everything together; nothing imports it.",
      severity: "error",
      from: { pathNot: "^(src/main\\.test\\.ts$|test/)" },
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "no-test-in-product",
      comment: "The product runs without its tests and its tools.",
      severity: "error",
      from: { path: "^src/", pathNot: test },
      to: { path: [test, "^(test|bench|scripts|bin)/"] },
    },
    {
      name: "no-tool-in-product",
      comment: "What src/ imports is a dependency, not a development tool.",
      severity: "error",
      from: { path: "^src/", pathNot: test },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css", ".svg"],
      conditionNames: ["import", "browser", "default"],
      mainFields: ["module", "main"],
    },
  },
};
