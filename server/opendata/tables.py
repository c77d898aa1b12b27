# fmt: off
# ruff: noqa: B905
"""What verify.py asks about the rounds of a count, and about the tables made for others.

Needs Python 3.9 or later and nothing else; verify.py loads it if it is as published.
"""
import hashlib
import json


def counted(definition, contest, votes, winners):
    """What result.json tells of a count by a rule: who is funded, round by round, and the money."""
    projects = [(choice["id"], choice.get("cost", 0)) for choice in contest["choices"]]
    rule, budget = definition["count"], definition["budget"]
    funded = winners(projects, votes, budget, rule["threshold"])
    turns = rounds(definition, contest, votes, funded)
    spent = sum(turn["cost"] for turn in turns if turn["decision"] == "funded")
    return {"winners": funded, "rounds": turns, "cost": spent, "budget": budget, **rule}


def check_numbers(folder, accounts, result, headers):
    """What no account may hold; that all speak of this definition, this key, the promised seed."""
    definition = hashlib.sha256(folder.read("definition.json")).hexdigest()
    folder.need(accounts["definition"] == result["definition"] == definition, "definition.json",
                "not the one counted | pas celle qui fut comptée")
    key = hashlib.sha256(folder.key).hexdigest()
    folder.need(folder.json("definition.json")["log_id"] == key, "definition.json",
                "made for another key | faite pour une autre clé")
    given = [*accounts["log"].values(), *accounts["ballots"].values()]
    given += [one["count"] for one in accounts["superseded"]]
    folder.need(min(given) >= 0, "accounts.json", "a number is below zero | un nombre est négatif")
    folder.need(min(result.get("by_door", {"": 10}).values()) >= 10, "result.json, by_door",
                "a door has fewer than ten ballots | une porte a moins de dix bulletins")
    if "seed" in accounts:
        seed = hashlib.sha256(bytes.fromhex(accounts["seed"])).hexdigest()
        folder.need(seed == folder.json("definition.json")["seed_hash"], "accounts.json, seed",
                    "not the one promised | pas celle qui fut promise")
    check_roll(folder, accounts, result, headers)


def check_roll(folder, accounts, result, headers):
    """Each version of the roll is the one in the log; the last says how many people may vote."""
    of_box = [(i, one) for i, one in enumerate(headers) if one["def"] == accounts["definition"]]
    house = next((one["dev"] for _, one in of_box if one["type"] == "box.frozen"), "")
    logged = [i for i, one in of_box if (one["type"], one["dev"]) == ("roll.version", house)]
    opened = [i for i, one in of_box if (one["type"], one["dev"]) == ("box.voting_opened", house)]
    told, place = accounts.get("roll", []), "accounts.json, roll"
    folder.need([one["index"] for one in told] == logged and logged[:1] <= (opened or logged)[:1],
                place, "other versions than in the log | d'autres versions que dans le journal")
    versions = [json.loads(one["body"]) for one in told]
    for version, one, before in zip(versions, told, [None, *versions]):
        bound = hashlib.sha256(bytes.fromhex(one["salt"]) + one["body"].encode()).hexdigest()
        folder.need(headers[one["index"]]["body_c"] == bound, f"{place}, {one['index']}",
                    "the log holds another version | le journal contient une autre version")
        folder.need(not before or version["version"] == before["version"] + 1, place,
                    "a version is missing | une version manque")
    if versions:
        people, rights, count = versions[-1]["people"], result["turnout"]["rights"], len(versions)
        folder.need(people == rights, f"{place} = result.json, turnout",
                    f"{people} ≠ {rights} | {people} ≠ {rights}")
        folder.done.append(f"{count} versions of the roll | {count} versions de la liste")


def rounds(definition, contest, votes, winners):
    """The turns as result.json tells them; a tie: another order of equals had another end."""
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    rule, left = definition["count"]["rule"], definition["budget"]
    turns: list = []
    least = definition["count"]["threshold"] if rule == "greedy-threshold" else 1
    for name in sorted(costs, key=lambda one: (-votes[one], costs[one])):
        stopped = rule == "greedy-no-skip" and any("fit" in turn["decision"] for turn in turns)
        decision = ("no_vote" if not votes[name] else "below_threshold" if votes[name] < least else
                    "stopped" if stopped else "funded" if name in winners else "does_not_fit")
        turns.append({"project": name, "votes": votes[name], "cost": costs[name],
                      "remaining": left, "decision": decision, "tie": False})
        left -= costs[name] if decision == "funded" else 0
    for given in {turn["votes"] for turn in turns}:
        equals = [turn for turn in turns if turn["votes"] == given]
        if equals[0]["decision"] not in ("funded", "does_not_fit"):
            continue
        able = [turn for turn in equals if turn["cost"] <= equals[0]["remaining"]]
        won = [turn["decision"] == "funded" for turn in equals]
        split = rule == "greedy-no-skip" and any(won) and not all(won)
        for turn in able if split or len(able) > sum(won) else ():
            turn["tie"] = True
    return turns


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
    answers = sorted(one for one in cells if judge(contests[0], one.split()) == "valid")
    votes = "".join(f"{n};{','.join(one.split())}\n" for n, one in enumerate(answers, 1))
    folder.need(folder.read("result.pb").decode().rpartition("\nvoter_id;vote\n")[2] == votes,
                "result.pb", "not the valid ballots | pas les bulletins valables")
