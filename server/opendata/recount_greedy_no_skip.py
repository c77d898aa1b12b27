"""Recount: the project with most votes first; the first that does not fit ends it.

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

    projects: [(id, cost in cents)] as listed; votes: {id: number}; budget: cents.
    threshold is not used by this rule.
    """
    left, turns, ended = budget, [], False
    for name, cost in in_order(projects, votes):
        if votes[name] == 0:
            decision = "no_vote"
        elif ended:
            decision = "stopped"
        elif cost <= left:
            decision = "funded"
        else:
            decision = "does_not_fit"
            ended = True
        turn = {"project": name, "votes": votes[name], "cost": cost, "remaining": left}
        turns.append({**turn, "decision": decision, "tie": False})
        if decision == "funded":
            left -= cost
    mark_ties(turns)
    return turns


def in_order(projects, votes):
    """Most votes first, then the cheaper; sorted() leaves equals as they are listed."""
    return sorted(projects, key=lambda project: (-votes[project[0]], project[1]))


def mark_ties(turns):
    """Of some with equal votes not all could be funded, in whatever order: price or place decided.

    Where one of them ends the count, those after it are not funded however cheap they are.
    """
    for number in {turn["votes"] for turn in turns if turn["votes"]}:
        equals = [turn for turn in turns if turn["votes"] == number]
        if equals[0]["decision"] == "stopped":
            continue
        won = [turn["decision"] == "funded" for turn in equals]
        able = [turn for turn in equals if turn["cost"] <= equals[0]["remaining"]]
        if sum(won) < len(able) or any(won) and not all(won):
            for turn in able:
                turn["tie"] = True
