/** French. Plain spaces before ; ? ! : are made no-break when shown. */

import { WORDS as alarms } from "./alarms.fr.js";
import { WORDS as frame } from "./frame.fr.js";
import { WORDS as operator } from "./operator.fr.js";
import { WORDS as setup } from "./setup.fr.js";
import { WORDS as visit } from "./visit.fr.js";

export const FR = { ...frame, ...visit, ...setup, ...operator, ...alarms };
