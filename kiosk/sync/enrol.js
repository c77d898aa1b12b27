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
/** A desk's pack holds a roll: of 50,000 people some eight million bytes. */
const PACK_PATIENCE_MS = 120_000;

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
  const { response, body } = await getSigned(url.pathname, keys, { fetch, now, patienceMs: PACK_PATIENCE_MS });
  const answer = read(body);
  if (!response.ok) throw new Refused(answer?.code ?? "no_answer");
  if (typeof answer?.pack !== "string" || typeof answer.sig !== "string") throw new Refused("no_answer");
  return answer;
}

/**
 * Ask for something as this device. A tablet whose battery was flat may be years off; its clock decides nothing, so it
 * asks again by the server's.
 * @param {string} path @param {{privateKey: CryptoKey}} keys @param {{fetch: typeof fetch, now?: () => number, patienceMs?: number}} net
 * @returns {Promise<{response: Response, body: string}>} @throws {Refused}
 */
export async function getSigned(path, keys, { fetch, now = Date.now, patienceMs = PATIENCE_MS }) {
  const ask = async (time) => {
    const response = await attempt(fetch, path, await signedGet(keys, path, time), patienceMs);
    return { response, body: await textOf(response) };
  };
  const first = await ask(now());
  const answer = read(first.body);
  const told = answer?.details?.time;
  const serverTime = Number.isInteger(told) ? told * 1000 : Date.parse(first.response.headers.get("date") ?? "");
  const isOff = [401, 403].includes(first.response.status) && serverTime && answer?.code !== "device_revoked";
  return isOff ? ask(serverTime) : first;
}

/** @param {{privateKey: CryptoKey}} keys @param {string} path @param {number} time ms @returns {Promise<RequestInit>} */
async function signedGet(keys, path, time) {
  const seconds = Math.floor(time / 1000);
  const sig = await sign(keys.privateKey, getMessage(path, seconds));
  return { headers: { Authorization: `Parvis ${seconds}.${sig}` } };
}

/** @param {typeof fetch} fetch @param {string} path @param {RequestInit} init @param {number} [patienceMs] @returns {Promise<Response>} */
export async function attempt(fetch, path, init, patienceMs = PATIENCE_MS) {
  try {
    return await fetch(path, {
      ...init, cache: "no-store", credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(patienceMs),
    });
  } catch {
    throw new Refused("no_network");
  }
}

/** @param {Response} response @returns {Promise<any>} null when it is no JSON: a login page, an empty body */
export async function jsonOf(response) {
  return read(await textOf(response));
}

/** @param {Response} response @returns {Promise<string>} empty when the connection broke before all was here */
function textOf(response) {
  return response.text().catch(() => "");
}

/** @param {string} body @returns {any} null when it is no JSON */
function read(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
