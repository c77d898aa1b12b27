"""Recount: the project with most votes first; the first that does not fit ends it.

Equal votes: the cheaper first; equal cost: as listed. A project without a vote is not funded.
"""


def winners(projects, votes, budget, threshold):
    """Return the ids of the funded projects, in the order chosen.

    projects: [(id, cost in cents)] as listed; votes: {id: number}; budget: cents.
    threshold is not used by this rule.
    """
    left = budget
    chosen = []
    waiting = []
    for place, (name, cost) in enumerate(projects):
        if votes[name] > 0:
            waiting.append((place, name, cost))
    while waiting:
        best = waiting[0]
        for other in waiting[1:]:
            if comes_before(other, best, votes):
                best = other
        waiting.remove(best)
        if best[2] > left:
            break
        chosen.append(best[1])
        left -= best[2]
    return chosen


def comes_before(one, other, votes):
    if votes[one[1]] != votes[other[1]]:
        return votes[one[1]] > votes[other[1]]
    if one[2] != other[2]:
        return one[2] < other[2]
    return one[0] < other[0]
