/** English: around every screen: band, help bar, languages, switches, “are you still there?”. */
export const WORDS = {
  "band.offline": "No network: everything is kept here",
  "band.trouble": "Network without an answer: everything is kept here",
  "help.name": "Help", "help.language": "Language", "help.size": "Text", "help.size.of": "{n} of 4",
  "help.contrast": "Contrast", "help.contrast.normal": "normal", "help.contrast.more": "high", "help.contrast.dark": "dark",
  "help.listen": "Listen", "help.quiet": "Stop the voice", "help.leave": "Erase and leave", "aloud.marked": "marked", "aloud.empty": "not marked", "help.call": "Call for help",
  "call.title": "Help, please", "call.lead": "Somebody of the team is on the way.", "call.kept": "Your ballot is hidden and stays as it is. Nobody sees it.", "call.wait": "Stay near the kiosk.",
  "call.operator": "I am of the team", "call.go_on": "Back to my ballot", "call.end": "Help is over",
  "step": "Step {at} of 4", "back": "Back", "number.project": "Project {n}", "comma": ", ",

  "language.title": "Choose your language",

  "switch.title": "Vote with a switch", "switch.lead": "One key or one plugged-in button is enough. The yellow frame shows what will be chosen.",
  "switch.one": "One switch", "switch.one.how": "The frame moves by itself, every {n} seconds. Any key, or touching the screen anywhere, chooses.",
  "switch.slow": "One switch, more slowly", "switch.slow.how": "The frame moves by itself, every {n} seconds.",
  "switch.two": "Two switches", "switch.two.how": "Space moves on, Enter chooses.",
  "switch.none": "Without a switch: back",

  "idle.title": "Are you still there?", "idle.left": { one: "Everything is erased in {n} second.", other: "Everything is erased in {n} seconds." }, "idle.stay": "I am here",

  "second.title": "The kiosk is already open here", "second.lead": "Another window of this browser holds the kiosk. Close this one. Should the other close, this one takes over.",
};
