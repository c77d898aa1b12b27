/**
 * Enrolment and pack over HTTP (docs/protocol.md §6). `fetch` is given, not taken.
 */

import { fromB64u, hash } from "../domain/bytes.js";
import { wordNumbers } from "../domain/words.js";
import { enrolMessage, getMessage, sign } from "../domain/signing.js";

/** An expected no. `code` comes from the server's `{"code"}` or is "no_network" or "no_answer". */
export class Refused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const PATIENCE_MS = 20_000;

/**
 * @param {string} code 18 characters @param {{privateKey: CryptoKey, publicKey: string}} keys
 * @param {{fetch: typeof fetch}} net @returns {Promise<import("../store/identity.js").Device>} @throws {Refused}
 */
export async function enrol(code, keys, { fetch }) {
  const proof = await sign(keys.privateKey, enrolMessage(code, keys.publicKey));
  const response = await attempt(fetch, "/api/v1/devices/enrol", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, public_key: keys.publicKey, proof }),
  });
  const answer = await jsonOf(response);
  if (!response.ok) throw new Refused(answer?.code ?? "no_answer");
  // The device's name is its key's hash: an answer that says otherwise is not for this key.
  if (answer?.device?.id !== (await hash(fromB64u(keys.publicKey)))) throw new Refused("no_answer");
  const { id, label, mode } = answer.device;
  return { id, label, mode, words: await wordNumbers(code, keys.publicKey), packUrl: answer.pack_url };
}

/**
 * @param {import("../store/identity.js").Device} device @param {{privateKey: CryptoKey}} keys
 * @param {{fetch: typeof fetch, origin: string, now?: () => number}} net
 * @returns {Promise<{pack: string, sig: string}>} still to be verified @throws {Refused}
 */
export async function pullPack(device, keys, { fetch, origin, now = Date.now }) {
  const url = new URL(device.packUrl, origin);
  // Whatever address the server names: a kiosk speaks with its own origin only.
  const path = url.pathname;
  let response = await attempt(fetch, path, await signedGet(keys, path, now()));
  let answer = await jsonOf(response);
  const serverTime = Date.parse(response.headers.get("date") ?? "");
  if ([401, 403].includes(response.status) && serverTime && answer?.code !== "device_revoked") {
    // A tablet whose battery was flat may be years off. Its clock decides nothing; so ask again by the server's.
    response = await attempt(fetch, path, await signedGet(keys, path, serverTime));
    answer = await jsonOf(response);
  }
  if (!response.ok) throw new Refused(answer?.code ?? "no_answer");
  if (typeof answer?.pack !== "string" || typeof answer.sig !== "string") throw new Refused("no_answer");
  return answer;
}

/** @param {{privateKey: CryptoKey}} keys @param {string} path @param {number} time ms @returns {Promise<RequestInit>} */
async function signedGet(keys, path, time) {
  const seconds = Math.floor(time / 1000);
  const sig = await sign(keys.privateKey, getMessage(path, seconds));
  return { headers: { Authorization: `Parvis ${seconds}.${sig}` } };
}

/** @param {typeof fetch} fetch @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
export async function attempt(fetch, path, init) {
  try {
    return await fetch(path, {
      ...init, cache: "no-store", credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Refused("no_network");
  }
}

/** @param {Response} response @returns {Promise<any>} null when it is no JSON: a login page, an empty body */
export async function jsonOf(response) {
  try {
    return JSON.parse(await response.text());
  } catch {
    return null;
  }
}
