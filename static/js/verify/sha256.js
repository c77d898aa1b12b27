// SHA-256 (FIPS 180-4), written out: hundreds of thousands of small hashes, one after another, without waiting.

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);

/** The first 32 bits of the fraction of a root. @param {number} root */
function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0;
}

for (let number = 2, found = 0; found < 64; number += 1) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) isPrime = false;
  if (!isPrime) continue;
  if (found < 8) START[found] = fraction(Math.sqrt(number));
  ROUND[found] = fraction(Math.cbrt(number));
  found += 1;
}

const schedule = new Uint32Array(64);

/** Take one block of 64 bytes into the state. @param {Uint32Array} state @param {Uint8Array} bytes @param {number} at */
function compress(state, bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; i += 1) {
    const place = at + i * 4;
    w[i] = (bytes[place] << 24) | (bytes[place + 1] << 16) | (bytes[place + 2] << 8) | bytes[place + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const [x, y] = [w[i - 15], w[i - 2]];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** A hash that is fed piece by piece, so that a large file need not hold up a page. */
export class Sha256 {
  #state = START.slice();
  #rest = new Uint8Array(64);
  #waiting = 0;
  #length = 0;

  /** @param {Uint8Array} bytes @returns {Sha256} */
  feed(bytes) {
    let at = 0;
    this.#length += bytes.length;
    if (this.#waiting) {
      at = Math.min(64 - this.#waiting, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#waiting);
      this.#waiting += at;
      if (this.#waiting < 64) return this;
      compress(this.#state, this.#rest, 0);
      this.#waiting = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) compress(this.#state, bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#waiting = bytes.length - at;
    return this;
  }

  /** @returns {Uint8Array} the 32 bytes; the hash takes nothing more after that */
  end() {
    const length = this.#length;
    const tail = new Uint8Array(this.#waiting < 56 ? 64 - this.#waiting : 128 - this.#waiting);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(tail.length - 4, (length * 8) >>> 0);
    this.feed(tail);
    const digest = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, i) => digest.setUint32(i * 4, word));
    return new Uint8Array(digest.buffer);
  }
}

/** @param {...Uint8Array} parts @returns {Uint8Array} the hash of the parts, joined */
export function sha256(...parts) {
  const hash = new Sha256();
  for (const part of parts) hash.feed(part);
  return hash.end();
}
