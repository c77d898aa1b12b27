/** English: the operator's panel. */
export const WORDS = {
  "pin.title": "Operator", "pin.lead": "Type the six-digit code shown to the organiser.", "pin.code": "Six-digit code", "pin.enter": "Enter",
  "pin.wrong": "This code is not right.", "pin.wait": { one: "Too many tries. Wait {n} second.", other: "Too many tries. Wait {n} seconds." }, "pin.leave": "Back",

  "op.title": "Operator", "op.session": "Session at this kiosk", "op.state.prepared": "Prepared", "op.state.open": "Open", "op.state.paused": "Paused", "op.state.closed": "Closed",
  "op.to.open": "Open the vote", "op.to.paused": "Pause", "op.to.closed": "Close the vote", "op.again": "Reopen the vote",
  "op.close.sure": "Closing is final: this kiosk will take no more ballots.", "op.close.yes": "Yes, close", "op.close.no": "Do not close",
  "op.unsafe.title": "Memory not protected", "op.unsafe": "The browser refuses to protect the memory of this kiosk: it might erase it when the disk fills up, and with it ballots that were not sent yet. Install the kiosk as an application, or send and export often.",
  "op.unsafe.ask": "Open the vote at this kiosk all the same?", "op.unsafe.yes": "Yes, I answer for it", "op.unsafe.no": "Do not open",
  "op.counts": "What this kiosk keeps", "op.counts.ballots": { one: "{n} of them a ballot", other: "{n} of them ballots" }, "op.last": "Last exchange", "op.link.up": "The server answered.", "op.link.none": "No exchange yet.",
  "op.link.no_network": "No network. Sending resumes by itself.", "op.link.no_answer": "An answer came, but not from the Parvis server (a log-in page of the place?). Nothing is lost.",
  "op.link.other": "The server refused what was sent ({code}). Nothing is lost; tell the organiser.", "op.link.storage": "The kiosk could not read its memory.",
  "op.sync": "Send now", "op.export": "Export a file", "op.export.made": "File {name}: {n} records, read back and compared. Save it, then check the copy.",
  "op.export.check": "Check the copy", "op.export.good": "The copy is complete, byte for byte.", "op.export.bad.unreadable": "This file is not an export.", "op.export.bad.other": "This file comes from another kiosk.",
  "op.export.bad.older": "This file is older: export again.", "op.export.bad.damaged": "The copy is damaged: export again, to another medium.", "op.export.failed": "The export could not be read back. Try again on another medium.",
  "op.slip": "Closing slip", "op.slip.lead": "Print it or copy it out: it measures a loss, should the kiosk disappear.", "op.slip.print": "Print", "op.slip.close": "Close",
  "op.slip.device": "Device", "op.slip.epoch": "Epoch", "op.slip.seq": "Last number", "op.slip.head": "Head of the chain", "op.slip.ballots": "Ballots",
  "op.former": "Earlier enrolments", "op.former.lead": "What this kiosk kept under earlier enrolments is still here, and it goes on sending it.",
  "op.former.counts": { one: "{n} record; arrived: {arrived}, on the public list: {listed}, to be looked at: {help}", other: "{n} records; arrived: {arrived}, on the public list: {listed}, to be looked at: {help}" }, "op.former.export": "Export the file of {label}",
  "op.more": "Device", "op.pack": "Take the meeting from the server again", "op.pack.done": "Meeting up to date (version {n}).", "op.readiness": "See whether the kiosk is ready", "op.anew": "Prepare this kiosk anew",
  "op.anew.no": "Not possible: some records have neither arrived nor been exported. Send or export them first.",
  "op.version": "Version {release}", "op.leave": "Leave", "op.hint.closed": "The organiser has closed the session. Close this kiosk too.", "op.stuck": "The disk did not keep the state of the session. Nothing changed.",
};
