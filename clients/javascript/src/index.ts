/** A client of the Session API that stays signed in until its session ends. */

export { createClient } from "./client.js";
export { ApiError, type FieldError, type Kind } from "./errors.js";
export type { Client, Options, Proof } from "./interface.js";
export type { TokenStorage } from "./storages.js";
export type { Listener, SignedIn } from "./store.js";
