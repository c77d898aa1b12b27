// Where the vote was frozen so: online was closed before the hall opened, and stayed closed (§3, §5, §11).

const FROZEN = "box.frozen";
const CLOSED = "box.online_closed";
/** `{"state": "open"}`, as the server writes it, is the shortest body of a `meeting.state`. */
const OPEN_BYTES = 17;

/**
 * What the list says of doors: collected while its lines are read once.
 * @typedef {{dev: string, index: number}} Seen
 */
export class Doors {
  /** @type {Map<string, Seen[]>} of this vote, by type */
  #own = new Map([[FROZEN, []], [CLOSED, []]]);
  /** @type {Map<string, Seen>} the last ballot of each device that belongs to no session */
  #online = new Map();
  /** @type {(Seen & {meeting: string})[]} */
  #opened = [];
  /** @type {Set<string>} sessions in which something of this vote was done */
  #sessions = new Set();

  /** @param {any} fields of a header @param {number} index @param {boolean} isOwn of this vote */
  see({ type, dev, meeting, len }, index, isOwn) {
    if (type === "meeting.state" && len <= OPEN_BYTES) this.#opened.push({ dev, index, meeting });
    if (!isOwn) return;
    this.#own.get(type)?.push({ dev, index });
    if (meeting) this.#sessions.add(meeting);
    else if (type === "ballot.sealed") this.#online.set(dev, { dev, index });
  }

  /**
   * @param {string[]} sessions that the accounts name
   * @returns {{hall: number, online: number}} lines that stand on the wrong side of the closing; -1: none
   */
  wrong(sessions) {
    const [frozen] = this.#own.get(FROZEN) ?? [];
    const closed = (this.#own.get(CLOSED) ?? []).find((one) => one.dev === frozen?.dev)?.index ?? Infinity;
    const ours = new Set([...this.#sessions, ...sessions]);
    const early = this.#opened.find((one) => one.dev === frozen?.dev && ours.has(one.meeting) && one.index < closed);
    const last = this.#online.get(frozen?.dev)?.index ?? -1;
    return { hall: early ? early.index : -1, online: last > closed ? last : -1 };
  }
}

/** @param {import("./desk.js").Desk} desk @param {import("./log.js").LogFacts} log */
export async function checkOrder(desk, log) {
  if (desk.json("definition.json").precedence !== "online-closes-first") return;
  const named = desk.json("accounts.json").equations.map((/** @type {{session?: string}} */ one) => one.session ?? "");
  const { hall, online } = log.doors.wrong(named.filter(Boolean));
  desk.at = "log.jsonl";
  desk.need(hall < 0, `log.jsonl:${hall + 1}`, "order_hall");
  desk.need(online < 0, `log.jsonl:${online + 1}`, "order_online");
  desk.done("order");
}
