// JSON as the protocol allows it (§1): whole numbers that JavaScript keeps exactly, no null, no name twice in an object.
// Two readers who differ on a repeated name would read two results in one file; so it is no file at all.

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?![\d.eE])/y;
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const WORDS = /true|false/y;
const DEEPEST = 40;

/**
 * @param {string} source
 * @returns {any} objects without prototype, arrays, texts, whole numbers, booleans; throws SyntaxError on anything else
 */
export function readJson(source) {
  let at = 0;

  /** @param {RegExp} pattern @returns {string} */
  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (!found) return "";
    at = pattern.lastIndex;
    return found[0];
  }

  /** @param {string} sign */
  function skip(sign) {
    take(SPACE);
    if (source[at] !== sign) return false;
    at += 1;
    return true;
  }

  /** @param {boolean} condition */
  function must(condition) {
    if (!condition) throw new SyntaxError(`json at ${at}`);
  }

  function text() {
    take(SPACE);
    const written = take(TEXT);
    must(written !== "");
    if (!written.includes("\\")) return written.slice(1, -1);
    const meant = JSON.parse(written);
    must(!/[\ud800-\udfff]/u.test(meant)); // half of a pair: no UTF-8 writes it
    return meant;
  }

  /** @param {number} depth @returns {any} */
  function value(depth) {
    must(depth < DEEPEST);
    take(SPACE);
    if (source[at] === '"') return text();
    if (skip("{")) return object(depth);
    if (skip("[")) return array(depth);
    const word = take(WORDS);
    if (word) return word === "true";
    const number = take(NUMBER);
    must(number !== "" && number !== "-0" && Number.isSafeInteger(Number(number)));
    return Number(number);
  }

  /** @param {number} depth */
  function object(depth) {
    const found = Object.create(null);
    if (skip("}")) return found;
    do {
      const name = text();
      must(!(name in found) && skip(":"));
      found[name] = value(depth + 1);
    } while (skip(","));
    must(skip("}"));
    return found;
  }

  /** @param {number} depth */
  function array(depth) {
    const found = [];
    if (skip("]")) return found;
    do found.push(value(depth + 1));
    while (skip(","));
    must(skip("]"));
    return found;
  }

  const found = value(0);
  take(SPACE);
  must(at === source.length);
  return found;
}
