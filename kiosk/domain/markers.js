/**
 * The corner markers of a sheet, found on a small grey picture: black squares of 6 × 6 cells whose inner 4 × 4 say which
 * corner it is (`printouts/pictures.py`; they are those of OpenCV's DICT_4X4_50).
 *
 * Three steps, as in Garrido-Jurado and others (2014), "Automatic generation and detection of highly reliable fiducial
 * markers under occlusion": what is darker than its surroundings; its connected pieces that have four corners; the cells
 * of each. A piece that touches the edge of the picture is cut off and no marker.
 */

/** By id, clockwise from the top left of a page; row by row, 1 is white. */
export const CELLS = { 7: "1100010011110010", 23: "1101110110000010", 26: "1010110011100100", 40: "0001011100011000" };
/** @type {number[]} */
export const MARKER_IDS = [7, 23, 26, 40];
/** Side of a marker on every sheet. */
export const MARKER_MM = 9;

/** So much darker than the mean around it is ink, in grey levels. */
const DARKER = 8;
const LEAST_SIDE = 9;
const MOST_SIDE_SHARE = 0.3;
/** One side of a marker that is seen from the side is not longer than so many times another. */
const MOST_SLANT = 2.2;
const LEAST_CONTRAST = 24;
/** Cells of the black frame that may be read wrong; of the pattern, none may. */
const MOST_IN_FRAME = 1;

/**
 * @typedef {{x: number, y: number}} Point whole pixels are centres
 * @typedef {object} Marker
 * @property {number} id of `MARKER_IDS` @property {Point[]} corners clockwise from its own top left
 * @property {Point} centre @property {number} side pixels, the mean of the four
 * @property {number} ink grey level of its black @property {number} paper of its white
 */

/** @type {{id: number, cells: string}[]} as they look when they are turned by 0, 90, 180, 270 degrees clockwise */
const TURNS = MARKER_IDS.flatMap((id) => [0, 1, 2, 3].map((turn) => ({ id, turn, cells: turned(CELLS[id], turn) })));

function turned(cells, turn) {
  let now = cells;
  for (let i = 0; i < turn; i += 1) now = Array.from({ length: 16 }, (_, at) => now[4 * (3 - (at % 4)) + (at >> 2)]).join("");
  return now;
}

/** @param {Uint8Array} grey @param {number} width @returns {Marker[]} all that are in sight, also the same one twice */
export function findMarkers(grey, width) {
  const height = grey.length / width;
  const ink = inkOf(grey, width, height);
  const most = MOST_SIDE_SHARE * Math.max(width, height);
  const queue = new Int32Array(ink.length);
  const found = [];
  for (let start = 0; start < ink.length; start += 1) {
    if (ink[start] !== 1) continue;
    const piece = pieceFrom(start, ink, width, queue);
    if (piece.isCut || piece.side < LEAST_SIDE || piece.side > most) continue;
    const corners = cornersOf(queue, piece.count, width);
    const marker = corners && markerIn(grey, width, corners);
    if (marker) found.push(marker);
  }
  return found;
}

/** @returns {Uint8Array} 1 where a pixel is darker than the mean of the square around it */
function inkOf(grey, width, height) {
  const reach = Math.max(8, Math.round(Math.max(width, height) / 40));
  const sums = sumsOf(grey, width, height);
  const wide = width + 1;
  const ink = new Uint8Array(grey.length);
  for (let y = 0; y < height; y += 1) {
    const [top, foot] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = sums[foot * wide + right] - sums[top * wide + right] - sums[foot * wide + left] + sums[top * wide + left];
      const at = y * width + x;
      if ((grey[at] + DARKER) * (foot - top) * (right - left) < sum) ink[at] = 1;
    }
  }
  return ink;
}

/** @returns {Float64Array} sums of all that lies above and to the left; one row and column more than the picture */
function sumsOf(grey, width, height) {
  const wide = width + 1;
  const sums = new Float64Array(wide * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
    }
  }
  return sums;
}

/** The connected piece that begins here; its pixels stand in `queue`, and are 2 in `ink` from then on. */
function pieceFrom(start, ink, width, queue) {
  let [count, left, right, top, foot] = [1, width, 0, Infinity, 0];
  queue[0] = start;
  ink[start] = 2;
  for (let i = 0; i < count; i += 1) {
    const at = queue[i];
    const x = at % width;
    const y = (at - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > foot) foot = y;
    if (x > 0 && ink[at - 1] === 1) { ink[at - 1] = 2; queue[count++] = at - 1; }
    if (x < width - 1 && ink[at + 1] === 1) { ink[at + 1] = 2; queue[count++] = at + 1; }
    if (ink[at - width] === 1) { ink[at - width] = 2; queue[count++] = at - width; }
    if (ink[at + width] === 1) { ink[at + width] = 2; queue[count++] = at + width; }
  }
  const isCut = left === 0 || top === 0 || right === width - 1 || (foot + 1) * width >= ink.length;
  return { count, isCut, side: Math.max(right - left, foot - top) + 1 };
}

/** @returns {Point[] | null} the four corners of a piece, clockwise; null: it is no square seen from somewhere */
function cornersOf(queue, count, width) {
  const pixel = (i) => ({ x: queue[i] % width, y: Math.floor(queue[i] / width) });
  const farthest = (value) => {
    let [best, most] = [pixel(0), -Infinity];
    for (let i = 0; i < count; i += 1) {
      const point = pixel(i);
      const worth = value(point);
      if (worth > most) [best, most] = [point, worth];
    }
    return best;
  };
  const middle = { x: 0, y: 0 };
  for (let i = 0; i < count; i += 1) {
    const { x, y } = pixel(i);
    middle.x += x / count;
    middle.y += y / count;
  }
  const first = farthest((point) => away(point, middle));
  const third = farthest((point) => away(point, first));
  const beside = (point) => (third.x - first.x) * (point.y - first.y) - (third.y - first.y) * (point.x - first.x);
  const corners = [first, farthest((point) => -beside(point)), third, farthest(beside)];
  const sides = corners.map((corner, i) => Math.sqrt(away(corner, corners[(i + 1) % 4])));
  if (Math.min(...sides) < LEAST_SIDE - 2 || Math.max(...sides) > MOST_SLANT * Math.min(...sides)) return null;
  return corners.map((corner) => outwards(corner, middle));
}

const away = (one, other) => (one.x - other.x) ** 2 + (one.y - other.y) ** 2;

/** A pixel's centre lies half a pixel within the edge. */
function outwards({ x, y }, middle) {
  return { x: x + 0.5 * Math.sign(x - middle.x), y: y + 0.5 * Math.sign(y - middle.y) };
}

/** @param {Uint8Array} grey @param {number} width @param {Point[]} corners clockwise @returns {Marker | null} */
function markerIn(grey, width, corners) {
  const cells = Array.from({ length: 36 }, (_, i) => shadeAt(grey, width, corners, ((i % 6) + 0.5) / 6, (Math.floor(i / 6) + 0.5) / 6));
  const isFrame = (i) => i < 6 || i >= 30 || i % 6 === 0 || i % 6 === 5;
  const frame = cells.filter((_, i) => isFrame(i));
  const inner = cells.filter((_, i) => !isFrame(i));
  const ink = frame.reduce((sum, shade) => sum + shade, 0) / frame.length;
  const paper = [...inner].sort((one, other) => other - one).slice(0, 4).reduce((sum, shade) => sum + shade, 0) / 4;
  if (paper - ink < LEAST_CONTRAST) return null;
  const limit = (ink + paper) / 2;
  if (frame.filter((shade) => shade > limit).length > MOST_IN_FRAME) return null;
  const pattern = inner.map((shade) => (shade > limit ? "1" : "0")).join("");
  const known = TURNS.find(({ cells: wanted }) => wanted === pattern);
  if (!known) return null;
  const own = [0, 1, 2, 3].map((i) => corners[(i + known.turn) % 4]);
  const centre = { x: own.reduce((sum, { x }) => sum + x, 0) / 4, y: own.reduce((sum, { y }) => sum + y, 0) / 4 };
  const side = own.reduce((sum, corner, i) => sum + Math.sqrt(away(corner, own[(i + 1) % 4])), 0) / 4;
  return { id: known.id, corners: own, centre, side, ink, paper };
}

/** The shade at a place of the square, 0…1 from its first corner to the second and to the fourth. */
function shadeAt(grey, width, [a, b, c, d], u, v) {
  const x = (1 - v) * ((1 - u) * a.x + u * b.x) + v * ((1 - u) * d.x + u * c.x);
  const y = (1 - v) * ((1 - u) * a.y + u * b.y) + v * ((1 - u) * d.y + u * c.y);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const at = top * width + left;
  return (1 - fy) * ((1 - fx) * grey[at] + fx * grey[at + 1]) + fy * ((1 - fx) * grey[at + width] + fx * grey[at + width + 1]);
}
