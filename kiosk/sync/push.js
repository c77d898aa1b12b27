/**
 * Sending one batch (docs/protocol.md §7). Two outcomes, and the code says which: the server *stored* the batch and
 * said so under its signature, or it will be sent *later*.
 */

import { hash, utf8 } from "../domain/bytes.js";
import { headMessage, sign } from "../domain/signing.js";
import { readReply } from "../domain/state.js";
import { attempt, jsonOf } from "./enrol.js";

export const MOST_RECORDS = 200;
export const MOST_BYTES = 1024 * 1024;
const FIRST_LINE_ROOM = 2048;
/** The server waits up to 30 s for its database before it says that it is busy. */
const PATIENCE_MS = 45_000;
/** Nobody signed a refusal: what stands between here and the server may ask for a pause too, but for no long one. */
const LONGEST_UNSIGNED_S = 300;

/**
 * @typedef {import("../domain/records.js").Sealed} Sealed
 * @typedef {{chain: {dev: string, epoch: string}, keys: {privateKey: CryptoKey, publicKey: string}, installation: {serverKey: string,
 *   logId: string, origin: string}, version: string, listed: number, seen?: import("./watch.js").Seen, status?: Status}} Sender
 * @typedef {{battery?: number, charging?: boolean, free_mb?: number, alarms?: string[], chain?: "main" | "former",
 *   browser?: string}} Status how the device is: a remark
 */

/** @param {Sealed[]} records @param {number} [most] @returns {Sealed[]} as many from the front as one batch may hold */
export function cutBatch(records, most = MOST_RECORDS) {
  let room = MOST_BYTES - FIRST_LINE_ROOM;
  const batch = [];
  for (const record of records.slice(0, most)) {
    room -= utf8(record.line).length + 1;
    if (room < 0 && batch.length > 0) break;
    batch.push(record);
  }
  return batch;
}

/**
 * The name of a record as it lies on the disk now. Should the disk have changed it, this is what can honestly be signed:
 * the server then keeps it in quarantine instead of turning away all that lies behind it.
 * @param {Sealed} record @returns {Promise<string>}
 */
export async function idOf(record) {
  try {
    return await hash(utf8(JSON.parse(record.line).header));
  } catch {
    return record.id;
  }
}

/** @param {Sealed[]} batch @param {Sender} sender @param {number} unsent @returns {Promise<string>} the body of the push */
export async function writePush(batch, { chain, keys, installation, version, listed, seen, status }, unsent) {
  const { seq } = batch.at(-1);
  const head = await idOf(batch.at(-1));
  const { dev, epoch } = chain;
  const sig = await sign(keys.privateKey, headMessage({ logId: installation.logId, dev, epoch, seq, head }));
  const first = {
    format: "parvis-push-1", dev, epoch, count: batch.length, seq, head, sig, checkpoint: listed, unsent, version,
    // Whoever is enrolled is known by it; a server that was restored may have forgotten the key, and can ask people.
    public_key: keys.publicKey,
    ...(seen ? { seen } : {}), ...(status ? { status } : {}),
  };
  return [JSON.stringify(first), ...batch.map((record) => record.line), ""].join("\n");
}

/**
 * @param {Sealed[]} batch @param {Sender} sender @param {{fetch: typeof fetch, unsent?: number}} net
 * @returns {Promise<{kind: "stored", reply: import("../domain/state.js").Reply}
 *   | {kind: "later", why: string, named?: boolean, ofChain?: boolean, retryAfter?: number}>}
 *   `named`: the server itself refused this batch with a code, so a smaller one may pass; `ofChain`: it refused whoever
 *   signed it, which says nothing of the network or of another chain
 */
export async function sendBatch(batch, sender, { fetch, unsent = 0 }) {
  let response;
  let body;
  try {
    response = await attempt(fetch, "/api/v1/push", {
      method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body: await writePush(batch, sender, unsent),
    }, PATIENCE_MS);
    body = await response.text();
  } catch (error) {
    return { kind: "later", why: error.code ?? "no_network" };
  }
  if (response.status !== 200) return refusal(response, body);
  const reply = await readReply(body, sender.installation, sender.chain);
  return reply ? { kind: "stored", reply } : { kind: "later", why: "no_answer" };
}

/**
 * What a refusal means for whoever sent.
 * @param {Response} response @param {string} body
 * @returns {Promise<{kind: "later", why: string, named: boolean, ofChain: boolean, retryAfter?: number}>}
 */
export async function refusal(response, body) {
  const answer = await jsonOf({ text: async () => body });
  const seconds = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_UNSIGNED_S) : undefined;
  const coded = typeof answer?.code === "string";
  const named = response.status >= 400 && response.status < 500 && coded && ![401, 403, 408, 429].includes(response.status);
  return { kind: "later", why: answer?.code ?? "no_answer", named, ofChain: coded && [401, 403].includes(response.status), retryAfter };
}
