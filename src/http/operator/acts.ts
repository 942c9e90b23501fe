// What a request of contract/operator.ts brings to the act that carries it out: types only.

import type { ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import type { RequestValues } from "../../contract/operation.ts";
import type { operatorOperations as operations } from "../../contract/operator.ts";
import type { Asker } from "../../runtime/face.ts";
import type { Operator } from "../../runtime/operator/sign-ins.ts";

type Operations = typeof operations;

export type Given<Id extends keyof Operations> = {
  readonly fields: RequestValues<Operations[Id]>;
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
  readonly asker: Asker;
  /** "" for who signs in. */
  readonly operator: Operator;
};

export type Acts = { readonly [Id in keyof Operations]: (given: Given<Id>) => unknown };
