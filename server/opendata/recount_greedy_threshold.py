"""Recount: only projects with at least the threshold of votes take part; the one with most votes
first; what does not fit the money left is passed over.

Equal votes: the cheaper first; equal cost: as listed. A project without a vote is not funded.
"""


def winners(projects, votes, budget, threshold):
    """Return the ids of the funded projects, in the order chosen.

    projects: [(id, cost in cents)] as listed; votes: {id: number}; budget: cents;
    threshold: least number of votes.
    """
    least = max(threshold, 1)
    left = budget
    chosen = []
    waiting = []
    for place, (name, cost) in enumerate(projects):
        if votes[name] >= least:
            waiting.append((place, name, cost))
    while waiting:
        best = waiting[0]
        for other in waiting[1:]:
            if comes_before(other, best, votes):
                best = other
        waiting.remove(best)
        if best[2] <= left:
            chosen.append(best[1])
            left -= best[2]
    return chosen


def comes_before(one, other, votes):
    if votes[one[1]] != votes[other[1]]:
        return votes[one[1]] > votes[other[1]]
    if one[2] != other[2]:
        return one[2] < other[2]
    return one[0] < other[0]
