/**
 * What a device is for, by the mode it was enrolled in. A mode is one entry here and a module of its own: its screens, the
 * types of records it writes, its deeds, and a part that says what stands on the stage while no panel is open. The panel of
 * the operator, setting up, sending, export and slip are the same in every mode.
 *
 * @typedef {object} Mode
 * @property {string} name as the server says in the pack and at the enrolment
 * @property {Record<string, typeof HTMLElement>} screens by name: the element of `rest` is `pv-rest`
 * @property {string[]} types of the records that only this mode writes (docs/protocol.md §5)
 * @property {(app: import("../flows/app.js").App) => Part} build once, at the start, whatever the device turns out to be
 * @property {(app: import("../flows/app.js").App) => import("../flows/app.js").Deeds} deeds no name stands in two modes
 *
 * @typedef {object} Part
 * @property {(stage: import("../ui/stage.js").Stage) => [string, object]} view the screen and what it is told
 * @property {() => string} presence who is there, as `flows/presence.js` counts: "nobody", "visit", "busy", "station" …
 * @property {() => boolean} canLeave whether there is something to erase
 * @property {() => boolean} [canCall] whether somebody may call for help: where people stand before it alone
 * @property {() => void} wipe the next person finds nothing of the last one
 * @property {() => void} home somebody closes the operator's panel
 * @property {() => void} operator somebody asks for the operator's panel
 * @property {(text: string) => Promise<void>} [unlock] an unlock card was shown, or typed
 * @property {(state: string) => void} [moved] the session at this device was opened, paused or closed
 * @property {() => Promise<void>} [heard] the server answered, or a pack came
 * @property {() => string | undefined} [words] before the keys of words that what is being done has of its own
 * @property {() => void} [tick] a second has passed
 */

import { desk } from "./desk.js";
import { kiosk } from "./kiosk.js";
import { scanner } from "./scanner.js";

/** @type {Record<string, Mode>} */
export const MODES = { kiosk, desk, scanner };

/** @param {import("../flows/app.js").App} app @returns {Record<string, Part>} a part for each mode */
export function buildModes(app) {
  return Object.fromEntries(Object.values(MODES).map(({ name, build }) => [name, build(app)]));
}
