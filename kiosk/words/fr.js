/** French. Plain spaces before ; ? ! : are made no-break when shown. */

import { WORDS as alarms } from "./alarms.fr.js";
import { WORDS as carrying } from "./carrying.fr.js";
import { WORDS as desk } from "./desk.fr.js";
import { WORDS as frame } from "./frame.fr.js";
import { WORDS as ideas } from "./ideas.fr.js";
import { WORDS as marking } from "./marking.fr.js";
import { WORDS as operator } from "./operator.fr.js";
import { WORDS as photos } from "./photos.fr.js";
import { WORDS as setup } from "./setup.fr.js";
import { WORDS as visit } from "./visit.fr.js";

export const FR = { ...frame, ...visit, ...marking, ...setup, ...operator, ...carrying, ...photos, ...alarms, ...desk, ...ideas };
