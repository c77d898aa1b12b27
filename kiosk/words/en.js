/** English. */

import { WORDS as alarms } from "./alarms.en.js";
import { WORDS as carrying } from "./carrying.en.js";
import { WORDS as desk } from "./desk.en.js";
import { WORDS as frame } from "./frame.en.js";
import { WORDS as ideas } from "./ideas.en.js";
import { WORDS as marking } from "./marking.en.js";
import { WORDS as operator } from "./operator.en.js";
import { WORDS as photos } from "./photos.en.js";
import { WORDS as setup } from "./setup.en.js";
import { WORDS as visit } from "./visit.en.js";

export const EN = { ...frame, ...visit, ...marking, ...setup, ...operator, ...carrying, ...photos, ...alarms, ...desk, ...ideas };
