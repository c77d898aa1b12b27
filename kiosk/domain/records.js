/**
 * Records and their chain (docs/protocol.md §5).
 *
 * A record is sealed once, here; afterwards only its line travels. The header is a JSON text inside a string, so its
 * bytes survive whatever writes the line anew, and the record's id is the hash of exactly those bytes.
 */

import { b64u, fromB64u, hash, join, random, utf8 } from "./bytes.js";
import { VERSIONS } from "./versions.js";

/**
 * @typedef {object} Chain where the device's chain stands
 * @property {string} dev @property {string} epoch @property {number} seq @property {string} head
 *
 * @typedef {object} Deed what a record says
 * @property {string} type @property {string} space @property {string} meeting @property {string} [def]
 * @property {string} [actor] @property {string} [subject] @property {Uint8Array} body
 * @property {import("./attachments.js").File[]} [files] that travel apart
 *
 * @typedef {object} Sealed
 * @property {string} id @property {number} seq @property {string} epoch @property {string} type @property {string} line
 */

/**
 * @param {Deed} deed @param {Chain} chain
 * @param {{subjectSalt?: Uint8Array, bodySalt?: Uint8Array}} [salts] fixed only by tests
 * @returns {Promise<Sealed>}
 */
export async function sealRecord(deed, chain, salts = {}) {
  const subject = deed.subject ?? "";
  const subjectSalt = subject ? (salts.subjectSalt ?? random(16)) : new Uint8Array(0);
  const bodySalt = salts.bodySalt ?? random(16);
  const seq = chain.seq + 1;
  // The order of the fields is the protocol's.
  const header = JSON.stringify({
    v: 1, type: deed.type, tv: VERSIONS[deed.type] ?? 1, space: deed.space, meeting: deed.meeting, def: deed.def ?? "",
    dev: chain.dev, epoch: chain.epoch, seq, prev: chain.head, actor: deed.actor ?? "",
    subj_c: subject ? await hash(join(subjectSalt, utf8(subject))) : "",
    body_c: await hash(join(bodySalt, deed.body)), len: deed.body.length,
    att: (deed.files ?? []).map(({ sha256, size, type }) => ({ sha256, size, type })),
  });
  const line = JSON.stringify({
    header, subject, subject_salt: b64u(subjectSalt), body: b64u(deed.body), body_salt: b64u(bodySalt),
  });
  return { id: await hash(utf8(header)), seq, epoch: chain.epoch, type: deed.type, line };
}

/**
 * Several records that belong together, chained one after the other.
 * @param {Deed[]} deeds @param {Chain} chain @returns {Promise<{records: Sealed[], chain: Chain}>}
 */
export async function sealRecords(deeds, chain) {
  const records = [];
  let at = chain;
  for (const deed of deeds) {
    const record = await sealRecord(deed, at);
    records.push(record);
    at = { ...at, seq: record.seq, head: record.id };
  }
  return { records, chain: at };
}

/**
 * Does the line still hold what its header promises?
 * @param {string} line @returns {Promise<{id: string, seq: number, epoch: string, prev: string, dev: string}>}
 * @throws {Error} when a byte was changed
 */
export async function checkLine(line) {
  const record = JSON.parse(line);
  const header = JSON.parse(record.header);
  const body = fromB64u(record.body);
  const bodyFits = header.body_c === (await hash(join(fromB64u(record.body_salt), body))) && header.len === body.length;
  const commitment = record.subject ? await hash(join(fromB64u(record.subject_salt), utf8(record.subject))) : "";
  if (!bodyFits || header.subj_c !== commitment) throw new Error(`record ${header.seq} does not fit its header`);
  return { id: await hash(utf8(record.header)), seq: header.seq, epoch: header.epoch, prev: header.prev, dev: header.dev };
}

/** Where a chain begins. */
export const BEGINNING = { seq: 0, head: "" };

/**
 * Walk a chain and say how far it holds.
 * @param {{line: string, id: string}[]} records in the order of their numbers
 * @param {{seq: number, head: string}} [from] the last record that is known to hold; without it, the beginning
 * @returns {Promise<{seq: number, head: string, broken: string}>} `broken` is empty when every link fits
 */
export async function walkChain(records, from = BEGINNING) {
  let { seq, head } = from;
  for (const record of records) {
    let link;
    try {
      link = await checkLine(record.line);
    } catch {
      return { seq, head, broken: "altered" };
    }
    if (link.seq !== seq + 1) return { seq, head, broken: "missing" };
    if (link.prev !== head || link.id !== record.id) return { seq, head, broken: "altered" };
    seq = link.seq;
    head = link.id;
  }
  return { seq, head, broken: "" };
}
