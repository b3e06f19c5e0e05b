/** The bodies and answers of the API, taken from openapi.yaml. */

import type { components, paths } from "./openapi.js";

export type Path = keyof paths;
export type Method = "get" | "post" | "put" | "delete";
type Json<T> = T extends { content: { "application/json": infer Content } } ? Content : never;

/** What the operation takes as its body. */
export type Body<P extends Path, M extends Method> =
  paths[P][M] extends { requestBody: infer Content } ? Json<Content> : undefined;

/** What it answers when all went well. */
export type Answered<P extends Path, M extends Method> =
  paths[P][M] extends { responses: infer Responses }
    ? Json<Responses[keyof Responses & (200 | 201 | 202)]> : never;

/** What it answers when it did not go well. */
export type Failed = components["schemas"]["Error"];

/** The first step of a sign-in. */
export type WithPassword = components["schemas"]["Credentials"];

/** The second one. */
export type SecondStep = components["schemas"]["SecondStep"];
