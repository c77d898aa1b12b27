/** English: what the device calls for help with. */
export const WORDS = {
  "alarm.server_ahead": "The server has records that this kiosk no longer has. Stop voting here and tell the organiser.",
  "alarm.fork": "The server received another chain under this kiosk's name. It takes no more ballots and goes on sending. Tell the organiser.",
  "alarm.cloned": "The server heard from a copy of this kiosk. It takes no more ballots and goes on sending. Tell the organiser.",
  "alarm.replaced": "Another kiosk stands in the place of this one. It takes no more ballots and goes on sending those it has.",
  "alarm.revoked": "The organiser has revoked this kiosk. It takes no more ballots and goes on sending those it has.",
  "alarm.list_shrank": "The public list has shrunk. Tell the organiser; nothing is lost here.",
  "alarm.list_changed": "The public list was changed: it does not go on from what this kiosk saw. Tell the organiser and an observer; nothing is lost here.",
  "alarm.list_anew": "The public list was begun anew, as after a backup was restored. Ask the organiser when and why; nothing is lost here.",
  "alarm.missing": "Records are missing on this disk. Stop voting here and tell the organiser.", "alarm.altered": "Records were altered on this disk. Stop voting here and tell the organiser.",
  "alarm.repaired": "The end of the chain was put in order at start-up; nothing is lost.",
};
