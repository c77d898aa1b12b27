/** English. */

import { WORDS as alarms } from "./alarms.en.js";
import { WORDS as frame } from "./frame.en.js";
import { WORDS as operator } from "./operator.en.js";
import { WORDS as setup } from "./setup.en.js";
import { WORDS as visit } from "./visit.en.js";

export const EN = { ...frame, ...visit, ...setup, ...operator, ...alarms };
