/**
 * Taking an answer of the server, whichever way it came: over the network, or carried here by hand.
 */

import { addressee, heardIn, staleness, verdictsOf } from "../domain/carried.js";
import { certifiedSince } from "../domain/letting.js";
import { readOutcomes } from "../domain/outcomes.js";
import { afterReply, readReply, standingOf, takenBack } from "../domain/state.js";
import { watchList } from "./watch.js";

/**
 * What a reply changes on this device, written in one transaction.
 * @param {import("../store/outbox.js").Outbox} outbox @param {import("../store/chains.js").Held} held as it stood before
 * @param {import("../domain/state.js").Reply} reply whose signature was verified @param {import("../domain/state.js").Verdict[]} verdicts
 *   those of it that are about records of this device @param {{fetch?: typeof fetch}} net
 * @returns {Promise<{next: number, logEpoch: number, listed: number, alarm: string}>}
 */
export async function takeReply(outbox, held, reply, verdicts, { fetch }) {
  const { sync, installation } = held;
  const watched = await watchList(sync.seen, reply.checkpoint, installation, { fetch, told: reply.proof });
  const { chain } = await outbox.chains.at(held.chain.epoch);
  const before = reply.next > 1 ? await outbox.records(chain.epoch, reply.next - 1, 1) : [];
  const after = afterReply(sync, chain, reply, watched.listed, () => before[0]?.id);
  const alarm = after.alarm || watched.alarm;
  await outbox.keepReply(chain.epoch, verdicts, {
    ...sync, ...after, alarm, seen: watched.seen, packVersion: reply.pack_version, sessionState: reply.session_state,
    standing: standingOf(reply), photos: readOutcomes(reply.photos), heard: heardIn(reply), certifiedAt: certifiedSince(reply, sync),
  }, { next: reply.next, isLost: takenBack(reply, sync) });
  if (after.logEpoch !== sync.logEpoch && sync.logEpoch !== 0) await outbox.attachments.askAnew(chain.epoch);
  return { ...after, alarm };
}

/**
 * An answer that was carried here, for whichever chain on this disk it is.
 * @param {import("../store/outbox.js").Outbox} outbox @param {import("../domain/carried.js").Signed} signed
 * @returns {Promise<{fault: "" | import("../domain/carried.js").Fault, epoch?: string, alarm?: string, isListed?: boolean}>}
 *   `isListed`: it was shown that the list goes on from what this device knew
 */
export async function takeCarried(outbox, signed) {
  const { dev, epoch } = addressee(signed);
  const held = (await outbox.chains.all()).find(({ chain }) => chain.dev === dev && chain.epoch === epoch);
  if (!held?.installation) return { fault: "other" };
  const reply = await readReply(JSON.stringify(signed), held.installation, held.chain);
  if (!reply) return { fault: "altered" };
  const fault = staleness(heardIn(reply), held.sync.heard);
  if (fault) return { fault };
  const known = reply.log_epoch === held.sync.logEpoch ? await outbox.verdicts(epoch) : [];
  const verdicts = withKnownPlaces(verdictsOf(reply, await outbox.records(epoch)), known);
  const { alarm, listed } = await takeReply(outbox, held, reply, verdicts, {});
  return { fault: "", epoch, alarm, isListed: listed >= (reply.checkpoint?.size ?? 0) };
}

/**
 * A run says only how far on the list the last of its records stands. Where this device knows a record's own place, in the
 * same time of the list, that is the better one: no level is taken back.
 * @param {import("../domain/state.js").Verdict[]} verdicts @param {import("../domain/state.js").Verdict[]} known
 */
function withKnownPlaces(verdicts, known) {
  const places = new Map(known.map(({ id, index }) => [id, index]));
  return verdicts.map((verdict) => (Number.isInteger(places.get(verdict.id)) ? { ...verdict, index: places.get(verdict.id) } : verdict));
}
