/**
 * Arabic. Six plural forms (zero, one, two, few, many, other); facts that are put in are isolated when shown, so that a
 * French name or a number cannot turn the order of the sentence round. No vowel signs, Western digits.
 */

import { WORDS as alarms } from "./alarms.ar.js";
import { WORDS as carrying } from "./carrying.ar.js";
import { WORDS as desk } from "./desk.ar.js";
import { WORDS as frame } from "./frame.ar.js";
import { WORDS as ideas } from "./ideas.ar.js";
import { WORDS as marking } from "./marking.ar.js";
import { WORDS as operator } from "./operator.ar.js";
import { WORDS as photos } from "./photos.ar.js";
import { WORDS as setup } from "./setup.ar.js";
import { WORDS as visit } from "./visit.ar.js";

export const AR = { ...frame, ...visit, ...marking, ...setup, ...operator, ...carrying, ...photos, ...alarms, ...desk, ...ideas };
