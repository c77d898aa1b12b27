/**
 * The version of each type of record that this release writes (docs/protocol.md §5). A server that does not know it yet
 * keeps the record until it does.
 */

/** @type {Record<string, number>} */
export const VERSIONS = {
  "device.started": 1,
  "device.tested": 1,
  "meeting.state": 1,
  "ballot.sealed": 1,
  "desk.marked": 1,
  "desk.undone": 1,
  "desk.walk_in": 1,
  "paper.photo": 1,
  "help.counted": 1,
  "proposal.version": 1,
  "endorsement.given": 1,
  "endorsement.withdrawn": 1,
  "comment.written": 1,
};
