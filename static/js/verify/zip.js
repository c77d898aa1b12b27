// The archive of a vote, unpacked by what the browser brings along (APPNOTE.TXT: end record, central directory, entries).

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** @param {Uint8Array} packed deflated bytes */
async function inflated(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Where the end record begins. It is last, but for a comment of up to 65,535 bytes. @param {DataView} view */
function endOf(view) {
  for (let at = view.byteLength - 22; at >= 0 && at > view.byteLength - 22 - 65536; at -= 1) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new Error("zip");
}

/**
 * @param {Uint8Array} archive
 * @returns {Promise<Map<string, Uint8Array>>} files by name, their folder left out; throws on what is no archive
 */
export async function unzip(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOf(view);
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("zip");
    const [method, length] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) !== LOCAL) throw new Error("zip");
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = archive.subarray(start, start + length);
    if (packed.length !== length || ![0, 8].includes(method)) throw new Error("zip");
    if (!name.endsWith("/")) files.set(name.slice(name.lastIndexOf("/") + 1), method ? await inflated(packed) : packed);
    at += 46 + nameLength + extra + comment;
  }
  return files;
}
