/**
 * What a participant takes home (docs/protocol.md §9) and what an operator writes down (§8): addresses and texts for
 * QR codes. A receipt says "recorded", and nothing about content or counting.
 */

/**
 * @param {{origin: string, id: string, dev: string, epoch: string, seq: number, sig: string}} receipt
 *   `sig` over `parvis-receipt-2`
 * @returns {string} the address that turns the promise into a proof once the record has arrived
 */
export function receiptUrl({ origin, id, dev, epoch, seq, sig }) {
  return `${origin}/receipt/${id}?d=${dev}&e=${epoch}&n=${seq}&s=${sig}`;
}

/**
 * The end of an identifier that two people can compare by reading it aloud.
 * @param {string} id @returns {string}
 */
export function spoken(id) {
  return (id.slice(0, 12).match(/.{4}/g) ?? []).join(" ");
}

/**
 * The closing slip: measured loss, should the device be destroyed before its records arrive.
 * @param {{dev: string, epoch: string, seq: number, head: string, ballots: number, sig: string}} slip @returns {string}
 */
export function slipText({ dev, epoch, seq, head, ballots, sig }) {
  return JSON.stringify({ format: "parvis-slip-1", dev, epoch, seq, head, ballots, sig });
}
