// deploy/helm/seatway: rendered with its own values and with others, its objects fit together, name settings and ports that exist, and run as
// nobody special.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { settingsTable } from "../src/settings.ts";
import { render, type Values } from "./support/chart.ts";

const root = fileURLToPath(new URL("../deploy/helm/seatway/", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const yaml = (text: string): Values => parse(text, { strict: true, uniqueKeys: true }) as Values;
const chart = yaml(read("Chart.yaml")) as { name: string; version: string; appVersion: string };
const values = yaml(read("values.yaml"));
const rows = Object.values(settingsTable);
const fallback = (name: string): number => Number(rows.find((row) => row.name === name)?.fallback);

type Labels = Readonly<Record<string, string>>;
type Meta = { readonly name: string; readonly labels: Labels; readonly annotations?: Labels };
type Named = { readonly name: string };
type Container = {
  readonly image: string;
  readonly env: readonly (Named & {
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { name: string; key: string } };
  })[];
  readonly ports: readonly (Named & { readonly containerPort: number; readonly protocol: string })[];
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly startupProbe: { readonly exec: { readonly command: readonly string[] } };
  readonly readinessProbe: { readonly exec: { readonly command: readonly string[] } };
};
type Pod = {
  readonly hostNetwork: boolean;
  readonly containers: readonly [Container];
  readonly volumes: readonly (Named & { readonly secret?: { readonly secretName: string } })[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken: boolean;
};
type Objects = {
  readonly secret: { readonly apiVersion: string; readonly metadata: Meta; readonly stringData: Labels };
  readonly service: {
    readonly metadata: Meta;
    readonly spec: {
      readonly selector: Labels;
      readonly ports: readonly (Named & { port: number; targetPort: string })[];
    };
  };
  readonly statefulset: {
    readonly metadata: Meta;
    readonly spec: {
      readonly replicas: number;
      readonly selector: { readonly matchLabels: Labels };
      readonly template: { readonly metadata: Meta; readonly spec: Pod };
      readonly volumeClaimTemplates: readonly { readonly metadata: Named; readonly spec: Values }[];
    };
  };
};

function rendered(more: Values = {}): Objects {
  const scope = { Values: { ...values, ...more }, Release: { Name: "node1" }, Chart: { AppVersion: chart.appVersion } };
  const files = globSync("*.yaml", { cwd: join(root, "templates") });
  return Object.fromEntries(
    files.map((file) => [file.replace(".yaml", ""), yaml(render(read(`templates/${file}`), scope))]),
  ) as unknown as Objects;
}

const podOf = ({ statefulset }: Objects): Pod => statefulset.spec.template.spec;

test("the chart is of this product's version", () => {
  const { name, version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Record<
    string,
    string
  >;
  assert.deepEqual([chart.name, chart.version, chart.appVersion], [name, version, version]);
});

test("objects fit together: labels, selectors, secret, volumes, ports", () => {
  const objects = rendered({ site: "vdn: { id: 1 }\n" });
  const { secret, service, statefulset } = objects;
  const { labels } = statefulset.spec.template.metadata;
  assert.deepEqual(statefulset.spec.selector.matchLabels, labels);
  assert.deepEqual(service.spec.selector, labels);
  const pod = podOf(objects);
  const [container] = pod.containers;
  const database = container.env.find(({ name }) => name === "SEATWAY_DATABASE_URL")?.valueFrom?.secretKeyRef;
  assert.equal(database?.name, secret.metadata.name);
  assert.ok(Object.hasOwn(secret.stringData, database?.key ?? ""));
  assert.equal(secret.stringData["seatway.yaml"], "vdn: { id: 1 }\n");
  assert.equal(pod.volumes.find(({ name }) => name === "site")?.secret?.secretName, secret.metadata.name);
  const volumes = [...pod.volumes, ...statefulset.spec.volumeClaimTemplates.map(({ metadata }) => metadata)].map(
    ({ name }) => name,
  );
  assert.deepEqual(container.volumeMounts.map(({ name }) => name).toSorted(), volumes.toSorted());
  for (const { targetPort } of service.spec.ports)
    assert.ok(
      container.ports.some(({ name }) => name === targetPort),
      targetPort,
    );
  assert.equal(statefulset.spec.replicas, 1);
});

test("settings, ports and paths are those of the gateway", () => {
  const [container] = podOf(rendered()).containers;
  const known = new Set<string>(rows.map(({ name }) => name));
  for (const { name } of container.env) assert.ok(known.has(name), name);
  const environment = new Map(container.env.map(({ name, value }) => [name, value]));
  assert.equal(environment.get("SEATWAY_HOST"), "0.0.0.0");
  const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
  assert.ok(mounts.includes(environment.get("SEATWAY_DATA") ?? ""));
  assert.ok(mounts.some((path) => environment.get("SEATWAY_CONFIG")?.startsWith(`${path}/`)));
  const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  const sip = fallback("SEATWAY_SIP_PORT");
  assert.deepEqual(ports, {
    https: fallback("SEATWAY_HTTPS_PORT"),
    "sip-udp": sip,
    "sip-tcp": sip,
    sips: fallback("SEATWAY_SIPS_PORT"),
  });
  for (const probe of [container.startupProbe, container.readinessProbe]) {
    const asked = `//127.0.0.1:\${process.env.SEATWAY_HTTP_PORT || ${fallback("SEATWAY_HTTP_PORT")}}/readyz`;
    assert.ok(probe.exec.command.join(" ").includes(asked), asked);
  }
  assert.equal(container.image, `seatway:${chart.appVersion}`);
});

test("the pod may nothing that it does not need", () => {
  const pod = podOf(rendered());
  assert.equal(pod.automountServiceAccountToken, false);
  assert.equal(pod.securityContext["runAsNonRoot"], true);
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = pod.containers[0].securityContext;
  assert.deepEqual([allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities], [false, true, { drop: ["ALL"] }]);
});

test("what values leave out is left out, what they say is said", () => {
  const plain = rendered();
  assert.ok(!Object.hasOwn(plain.secret.stringData, "seatway.yaml"));
  assert.equal(
    plain.statefulset.spec.template.metadata.annotations?.["prometheus.io/port"],
    `${fallback("SEATWAY_HTTPS_PORT")}`,
  );
  const other = rendered({
    ...{ siteSecret: "sites", metrics: { annotations: false }, persistence: { storageClass: "fast", size: "5Gi" } },
    settings: { SEATWAY_MOST_CALLS: 100 },
  });
  assert.equal(podOf(other).volumes.find(({ name }) => name === "site")?.secret?.secretName, "sites");
  assert.deepEqual(Object.keys(other.statefulset.spec.template.metadata.annotations ?? {}), ["checksum/site"]);
  assert.equal(other.statefulset.spec.volumeClaimTemplates[0]?.spec["storageClassName"], "fast");
  assert.equal(podOf(other).containers[0].env.find(({ name }) => name === "SEATWAY_MOST_CALLS")?.value, "100");
});

test("every value is used, and another site file makes another pod", () => {
  const templates = globSync("templates/*.yaml", { cwd: root }).map(read).join("\n");
  const leaves = (value: unknown, path: string): readonly string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`))
      : [path];
  for (const path of leaves(values, ".Values")) {
    const parts = path.split(".");
    const used = parts.some(
      (_, at) => at > 1 && new RegExp(`${parts.slice(0, at + 1).join("\\.")}\\b`).test(templates),
    );
    assert.ok(used, path);
  }
  const checksum = (site: string): unknown =>
    rendered({ site }).statefulset.spec.template.metadata.annotations?.["checksum/site"];
  assert.notEqual(checksum("a"), checksum("b"));
});
