// Who elsewhere co-signed which state of the list (docs/protocol.md §11, witnesses.json).

import { isSeen } from "./points.js";

const NAME = "witnesses.json";

/** @param {import("./desk.js").Desk} desk */
export async function checkWitnesses(desk) {
  // Votes published before witnesses were collected have no such file; whether it must be there, the list of files says.
  if (!desk.files.has(NAME)) return;
  const { format, witnesses, statements } = desk.json(NAME);
  const { checkpoints } = desk.json("checkpoints.json");
  desk.at = NAME;
  desk.need(format === "parvis-witnesses-1", NAME, "format");
  /** @type {Map<string, {name: string, key: string, size: number}>} */
  const known = new Map();
  for (const { name, witness, public_key: key } of witnesses) known.set(witness, { name, key, size: -1 });
  const ours = new Set(checkpoints.map(plain));
  const seen = new Set();
  for (const [place, one] of statements.entries()) {
    const where = `${NAME}, ${place + 1}`;
    const who = known.get(one.witness);
    desk.need(who && who.key === one.public_key && (await isSeen(one)), where, "witness_seal");
    desk.need(ours.has(plain(one.checkpoint)), where, "witness_point");
    if (who) who.size = Math.max(who.size, one.checkpoint.size);
    seen.add(one.checkpoint.size);
    await desk.pause("points", place, statements.length);
  }
  const areHeard = known.size === witnesses.length && [...known.values()].every(({ size }) => size >= 0);
  desk.need(areHeard, NAME, "witness_silent");
  for (const { name, size } of known.values()) desk.done("witness", { name, n: size });
  desk.done("witnesses", { n: known.size, points: seen.size });
}

/** @param {any} point @returns {string} the same text for the same state */
const plain = (point) => JSON.stringify(["origin", "log_id", "epoch", "size", "root", "sig"].map((name) => point[name]));
