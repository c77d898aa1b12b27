/**
 * What is seen of a sheet, in one look at the camera's picture: which code, which corners, how light, how sharp, how
 * still. This is the seam for reading on the device (docs/decisions/0036): whoever finds the sheet in another way gives
 * the same `Seen`, and advice, outline and shutter work on.
 *
 * Whether a photo can be read the server decides, from the photo itself.
 */

import { MARKER_IDS, MARKER_MM } from "./markers.js";

/**
 * @typedef {import("./markers.js").Point} Point
 * @typedef {import("./markers.js").Marker} Marker
 * @typedef {{text: string, corners: Point[]}} Code a QR code
 * @typedef {object} Seen
 * @property {Code[]} codes of sheets, each text once @property {Marker[]} markers also the same one twice
 * @property {{width: number, height: number}} size of the look, in whose pixels all places are
 * @property {number} perMm pixels of the photo in a millimetre of the sheet; 0 where no marker is seen
 * @property {number} ink @property {number} paper darkest and lightest that a sheet here has, in grey levels
 * @property {number | null} sharpness `sharpnessOf` where a corner is least sharp; null: no corner was looked at closely
 * @property {number} speed of the corners, mm a second; Infinity where there is nothing to compare with
 * @property {number} change mean change of the picture since the look before, in grey levels
 */

const SHEET_CODE = /^AE[A-Z2-7]{37}$/;
/** A marker twice, farther apart than so many of its sides, stands on two sheets. */
const FAR_APART = 3;
/** Grain of a camera is gone in the mean of so many pixels across and down. */
const BLOCK = 8;

/** @param {string} text what a QR code says @returns {boolean} it is a sheet's (`printouts/sheetcode.py`) */
export function isSheetCode(text) {
  return SHEET_CODE.test(text);
}

/** @param {Code[]} found all QR codes in sight @returns {Code[]} those of sheets, each once */
export function sheetCodes(found) {
  const texts = found.map(({ text }) => text);
  return found.filter(({ text }, i) => isSheetCode(text) && texts.indexOf(text) === i);
}

/** @param {{data: Uint8ClampedArray, width: number, height: number}} frame RGBA @returns {Uint8Array} 0 is black */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i += 1) grey[i] = (data[4 * i] * 77 + data[4 * i + 1] * 150 + data[4 * i + 2] * 29) >> 8;
  return grey;
}

/** @param {Uint8Array} grey @param {number} width @returns {Uint8Array} means of squares of 8 × 8 pixels: a picture small enough to be kept and compared */
export function blocksOf(grey, width) {
  const [across, down] = [Math.floor(width / BLOCK), Math.floor(grey.length / width / BLOCK)];
  const blocks = new Uint8Array(across * down);
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      let sum = 0;
      for (let y = 0; y < BLOCK; y += 1) {
        const at = (row * BLOCK + y) * width + column * BLOCK;
        for (let x = 0; x < BLOCK; x += 1) sum += grey[at + x];
      }
      blocks[row * across + column] = sum / BLOCK ** 2;
    }
  }
  return blocks;
}

/** @param {Uint8Array} now @param {Uint8Array | null} before @returns {number} mean change; the whole range where there is nothing to compare with */
export function changeOf(now, before) {
  if (before?.length !== now.length) return 255;
  let sum = 0;
  for (let i = 0; i < now.length; i += 1) sum += Math.abs(now[i] - before[i]);
  return sum / now.length;
}

/**
 * How sharp a close look at a corner is: the variance of its Laplacian over the square of its contrast, in thousandths,
 * so that a dark picture is not taken for a blurred one. Pech-Pacheco and others (2000), "Diatom autofocusing in
 * brightfield microscopy".
 * @param {Uint8Array} grey at `CLOSE_PER_MM` @param {number} width @returns {number}
 */
export function sharpnessOf(grey, width) {
  let [sum, squares, count] = [0, 0, 0];
  for (let i = width + 1; i < grey.length - width - 1; i += 1) {
    if (i % width === 0 || i % width === width - 1) continue;
    const edge = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - width] - grey[i + width];
    sum += edge;
    squares += edge * edge;
    count += 1;
  }
  const shades = [...grey].sort((one, other) => one - other);
  const contrast = shades[Math.floor(shades.length * 0.95)] - shades[Math.floor(shades.length * 0.05)];
  return count && contrast ? (1000 * (squares / count - (sum / count) ** 2)) / contrast ** 2 : 0;
}

/** Pixels in a millimetre at which a corner is looked at closely. */
export const CLOSE_PER_MM = 4;
/** Millimetres across of such a look: a marker, and what is white around it. */
export const CLOSE_MM = 13;

/**
 * @param {object} look @param {Code[]} look.codes @param {Marker[]} look.markers @param {{width: number, height: number}} look.size
 * @param {number} look.zoom pixels of the photo in one of the look @param {Uint8Array} look.blocks @param {number[]} look.sharpness of each corner
 * @param {number} look.at milliseconds @param {{markers: Marker[], blocks: Uint8Array, at: number} | null} before the look before
 * @returns {Seen}
 */
export function seenOf({ codes, markers, size, zoom, blocks, sharpness, at }, before) {
  const side = markers.length ? markers.reduce((sum, marker) => sum + marker.side, 0) / markers.length : 0;
  return {
    codes: sheetCodes(codes), markers, size, perMm: (side / MARKER_MM) * zoom,
    ink: Math.max(...markers.map((marker) => marker.ink), 0), paper: Math.min(...markers.map((marker) => marker.paper), 255),
    sharpness: sharpness.length ? Math.min(...sharpness) : null,
    speed: before ? speedOf(markers, before.markers, side, at - before.at) : Infinity,
    change: changeOf(blocks, before?.blocks ?? null),
  };
}

/** Of the corner that moved most; 0 where no corner was seen twice: then the change of the picture tells. */
function speedOf(now, before, side, ms) {
  const moved = now.map(({ id, centre }) => Math.min(...before.filter((one) => one.id === id).map((one) => apart(one.centre, centre)), Infinity));
  const known = moved.filter(Number.isFinite);
  return known.length && side ? ((Math.max(...known) / side) * MARKER_MM * 1000) / Math.max(ms, 1) : 0;
}

/** @param {Seen} seen @returns {boolean} */
export function areTwo({ codes, markers }) {
  const isTwice = (one, i) => markers.some((other, j) => j > i && other.id === one.id && apart(one.centre, other.centre) > FAR_APART * one.side);
  return codes.length > 1 || markers.some(isTwice);
}

/** @param {Seen} seen @returns {Point[]} where the sheet's four corner markers are, clockwise from the top left; fewer where not all are seen */
export function outlineOf({ markers }) {
  return MARKER_IDS.flatMap((id, i) => {
    const marker = markers.find((one) => one.id === id);
    return marker ? [marker.corners[i]] : [];
  });
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
