"""Recount: only projects with at least the threshold of votes take part; the one with most votes
first; what does not fit the money left is passed over.

Equal votes: the cheaper first; equal cost: as listed. A project without a vote is not funded.
"""


def counted(choices, votes, definition):
    """What result.json tells of a count by this rule: who is funded, round by round, and the money.

    choices: those of the contest, as listed; votes: {id: number}; definition: the frozen one.
    """
    rule, budget = definition["count"], definition["budget"]
    projects = [(choice["id"], choice.get("cost", 0)) for choice in choices]
    turns = rounds(projects, votes, budget, rule["threshold"])
    funded = [turn for turn in turns if turn["decision"] == "funded"]
    return {
        "winners": [turn["project"] for turn in funded],
        "cost": sum(turn["cost"] for turn in funded),
        "rounds": turns,
        "budget": budget,
        **rule,
    }


def rounds(projects, votes, budget, threshold):
    """Return what happened to each project when its turn came.

    projects: [(id, cost in cents)] as listed; votes: {id: number}; budget: cents;
    threshold: least number of votes.
    """
    left, turns = budget, []
    for name, cost in in_order(projects, votes):
        if votes[name] == 0:
            decision = "no_vote"
        elif votes[name] < threshold:
            decision = "below_threshold"
        elif cost <= left:
            decision = "funded"
        else:
            decision = "does_not_fit"
        turn = {"project": name, "votes": votes[name], "cost": cost, "remaining": left}
        turns.append({**turn, "decision": decision, "tie": False})
        if decision == "funded":
            left -= cost
    mark_ties(turns, threshold)
    return turns


def in_order(projects, votes):
    """Most votes first, then the cheaper; sorted() leaves equals as they are listed."""
    return sorted(projects, key=lambda project: (-votes[project[0]], project[1]))


def mark_ties(turns, threshold):
    """Of some with equal votes not all that could be funded were: price or place decided."""
    for number in {turn["votes"] for turn in turns if turn["votes"] >= max(threshold, 1)}:
        equals = [turn for turn in turns if turn["votes"] == number]
        able = [turn for turn in equals if turn["cost"] <= equals[0]["remaining"]]
        if any(turn["decision"] != "funded" for turn in able):
            for turn in able:
                turn["tie"] = True
