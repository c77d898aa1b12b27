/** English: ideas, read, endorsed and written at the kiosk. Keys that another table has after `ideas.` take its place meanwhile. */
export const WORDS = {
  "offer.vote": "Vote", "offer.ideas": "Ideas",
  "ideas.lists": "Which ideas?", "ideas.lists.back": "Other ideas", "ideas.count": { one: "{n} idea", other: "{n} ideas" },
  "ideas.lead": "Touch an idea to read and to endorse it.", "ideas.lead.read": "Touch an idea to read it.", "ideas.some": "{n} of {of} are here, drawn by lot; all are on the web site.",
  "ideas.none": "No idea yet. Yours may be the first.", "ideas.number": "Idea {n}", "ideas.mine": "You endorse it", "ideas.mine.so": "You endorse this idea.",
  "ideas.pages": "Pages", "ideas.page": "Page {at} of {of}", "ideas.before": "Before", "ideas.after": "Next", "ideas.leave": "Leave", "ideas.write": "Write an idea", "ideas.all": "All ideas",
  "ideas.endorse": "Endorse this idea", "ideas.unendorse": "Take it back",
  "ideas.saved.given": "You endorse this idea. It counts once the network has returned.", "ideas.saved.withdrawn": "You endorse this idea no more.",
  "ideas.refused.too_many": { one: "Each person endorses {n} idea at most. Take yours back first.", other: "Each person endorses {n} ideas at most. Take one back first." },
  "ideas.pass.lead": "So that each person counts once. Show the code of your pass to the camera, or type it.", "ideas.pass.lead.typed": "So that each person counts once. Type the code printed on your pass.",
  "ideas.refused.title": "This pass is not taken", "ideas.refused.not_open": "This kiosk takes nothing just now. Keep your pass and ask the people of the meeting.",

  "ideas.write.title": "Your idea", "ideas.write.lead": "Everyone will be able to read it.",
  "ideas.field.title": "In one sentence", "ideas.field.title.how": "What should be done, and where? Up to {n} characters.",
  "ideas.field.body": "What exactly, and why?", "ideas.field.body.how": "In your own words, up to {n} characters.",
  "ideas.field.name": "Name to show", "ideas.field.name.how": "You may leave it empty.",
  "ideas.read_again": "Read it again", "ideas.fault.no_title": "The sentence is missing.", "ideas.fault.no_body": "The text is missing: a few words are enough.",
  "ideas.fault.long_title": "The sentence is too long. Shorten it.", "ideas.fault.long_body": "The text is too long. Shorten it.",
  "ideas.check": "Is it right so?", "ideas.check.lead": "Once sent, this kiosk can no longer change it.", "ideas.by": "By", "ideas.by.nobody": "Without a name", "ideas.change": "Change", "ideas.send": "Send my idea",
  "ideas.done": "Your idea is kept.", "ideas.done.later": "It will arrive when the network returns, then stand among the others on the web site.",

  "ideas.unsaved.full": "The memory of this kiosk is full. Nothing was kept.", "ideas.unsaved.storage": "This kiosk could not keep it.",
  "ideas.unsaved.stopped": "This kiosk has just been stopped or paused. Nothing was kept.", "ideas.unsaved.do": "Go to another kiosk, or ask the people of the meeting.",
  "ideas.call.kept": "What you were doing is hidden and stays as it is. Nobody sees it.", "ideas.call.go_on": "Back to the ideas",
  "ideas.rest.closed.prepared": "This kiosk is not open yet.", "ideas.rest.closed.paused": "This kiosk is paused.", "ideas.rest.closed.closed": "This kiosk is closed.",
  "ideas.rest.away": "This kiosk takes nothing more.", "ideas.rest.out.do": "Go to another kiosk, or ask the people of the meeting.",
  "typing.keys": "Keys", "typing.shift": "Capital letter", "typing.space": "Space", "typing.line": "New line", "typing.erase": "Erase one character", "typing.next": "Next field",
};
