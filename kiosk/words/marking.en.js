/** English: marking by ranks, by points and with dots. */
export const WORDS = {
  "ballot.blank.empty": "All left empty: a blank vote.", "ballot.clear": "Clear all", "ballot.told": "{title}: {how}",

  "ballot.ranked.max": { one: "Touch one choice only.", other: "Touch up to {n} choices, the one you like best first." }, "ballot.ranked.range": "Touch {min} to {max} choices, the one you like best first.",
  "ballot.ranked.again": "Touch again to take one away.",
  "ballot.ranks.of": { one: "{n} rank given of {max}", other: "{n} ranks given of {max}" },
  "ballot.rank": "rank {n}", "ballot.rank.none": "no rank",
  "fault.ranked.too_many": { one: "One rank only. Take it away first.", other: "{n} ranks at most. Take a rank away first." },
  "fault.ranked.too_few": { one: "One rank is missing. Or take all away: a blank vote.", other: "At least {n} ranks are needed. Or take all away: a blank vote." },

  "ballot.scored": "Give each choice from 0 to {max} points.", "ballot.scored.none": "A choice without points counts 0.",
  "ballot.on.range": "On {min} to {max} choices.", "ballot.on.max": { one: "On one choice only.", other: "On {n} choices at most." }, "ballot.on.min": { one: "On one choice at least.", other: "On {n} choices at least." },
  "ballot.scores.of": { one: "{n} choice scored of {max}", other: "{n} choices scored of {max}" },
  "ballot.score": "{n} of {max} points", "ballot.score.none": "not scored",
  "fault.score.too_many": { one: "One scored choice only. Take its points away first.", other: "{n} scored choices at most. Take the points of one away first." },
  "fault.score.too_few": { one: "One score is missing. Or take all points away: a blank vote.", other: "At least {n} choices must be scored. Or take all points away: a blank vote." },

  "ballot.dotted": { one: "You have one dot to give.", other: "You have {n} dots to give." },
  "ballot.dotted.each": { one: "One at most on each choice.", other: "No more than {n} on each choice." },
  "ballot.left": { one: "{n} dot left of {max}", other: "{n} dots left of {max}" },
  "ballot.dots": { one: "{n} dot", other: "{n} dots" }, "ballot.dot.less": "Take a dot away", "ballot.dot.more": "Add a dot",
  "fault.dots.too_many": { one: "Dots on one choice only. Take those of the other away first.", other: "Dots on {n} choices at most. Take those of another away first." },
  "fault.dots.too_few": { one: "One dot is missing. Or take all away: a blank vote.", other: "Dots are needed on at least {n} choices. Or take all away: a blank vote." },
  "fault.out_of_range": { one: "One dot at most on each choice.", other: "{n} dots at most on each choice." },
  "fault.too_many_points": { one: "Your dot is given already. Take it away first.", other: "All your {n} dots are given. Take one away first." },
  "fault.choice.over_budget": "This choice would go beyond {limit}. Take another choice away first.", "fault.malformed": "This answer has not the right form. Go back.",
};
