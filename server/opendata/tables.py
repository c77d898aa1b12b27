"""What can be compared besides: the tables made for others, and doors too small to be told.

Needs Python 3.9 or later and nothing else. verify.py runs it if it lies beside, as published;
nothing that verify.py says of log, accounts, ballots and result leans on it.
"""


def further(verify, folder):
    """All of it. verify: the program that asks, for what it can judge; folder: what is checked."""
    contests = folder.json("definition.json")["contests"]
    rows = folder.read("cast_vote_records.csv").decode().split("\n")[1:-1]
    check_tables(folder, contests, folder.json("result.json")["contests"], rows, verify.judge)
    check_doors(folder)


def check_doors(folder):
    """A door with fewer than ten ballots would tell too much of them: it stands with another."""
    doors = folder.json("result.json").get("by_door", {"all": 10})
    folder.need(min(doors.values()) >= 10, "result.json, by_door",
                "a door has fewer than ten ballots | une porte a moins de dix bulletins")


def check_tables(folder, contests, results, rows, judge):
    """The tables made for others say the same: each project's row, each valid answer."""
    told = []
    for contest, result in zip(contests, results):
        for choice in contest["choices"]:
            name, cost = choice["id"], choice.get("cost", 0)
            money = f"{cost / 100:.2f}" if cost % 100 else str(cost // 100)
            outcome = int(name in result["winners"]) if "winners" in result else ""
            last = f",{money},{result['votes'][name]},{outcome}"
            told.append((f"\n{contest['id']},{name},", last))
    rest = folder.read("projects.csv").decode()[:-1]
    for (first, last), (following, _) in zip(told, [*told[1:], ("\n\0", "")]):
        there, rest = rest.partition(first)[1:]  # a title may hold line ends
        folder.need(there and rest.partition(following)[0].endswith(last),
                    f"projects.csv, {first.split(',')[1]}", "not as counted | pas comme recompté")
    cells = [row.split(",")[0] for row in rows]
    answers = sorted(one for one in cells if judge(contests[0], one.split())[0] == "valid")
    votes = "".join(f"{n};{vote(one.split())}\n" for n, one in enumerate(answers, 1))
    head = "voter_id;vote;points" if ":" in "".join(answers) else "voter_id;vote"
    folder.need(folder.read("result.pb").decode().rpartition(f"\n{head}\n")[2] == votes,
                "result.pb", "not the valid ballots | pas les bulletins valables")


def vote(words):
    """The choices of a row and, where its words have any, their points: 13:4 7:2 is 13,7;4,2."""
    pairs = [word.partition(":") for word in words]
    points = ",".join(given for _, _, given in pairs if given)
    return ",".join(name for name, _, _ in pairs) + (f";{points}" if points else "")
