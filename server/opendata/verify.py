# fmt: off
# ruff: noqa: B905, E401, E402, I001, RET503
"""Re-checks a published vote on anyone's machine: python3 verify.py [--fr] [folder]

Needs Python 3.9 or later and nothing else. Without a folder it checks the one it lies in. Exit
code 0 when all is well, otherwise 1 and where it is not. Whether the key is the right one it
cannot know: compare the fingerprint with the one that the institution publishes elsewhere.
Formats: docs/protocol.md of Parvis, sections 9 and 11.
"""
import os
import sys

# A published folder may hold a file named like a module: never import from it by accident.
HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]

import base64, hashlib, json, re
FIELDS = "v type tv space meeting def dev epoch seq prev actor subj_c body_c len att".split()
KINDS = {"v": int, "tv": int, "seq": int, "len": int, "att": list}
FILES = ("accounts.json cast_vote_records.csv checkpoints.json definition.json log.jsonl "
         "projects.csv result.json result.pb tables.py verify.py").split()

# P-256 (FIPS 186-4, SEC 1): y² = x³ - 3x + B over the integers modulo P; N points, generator G.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, 1)


def sha(content):
    return hashlib.sha256(content).digest()


def double(point):
    """Twice a point in Jacobian coordinates: (x, y, z) is (x/z², y/z³); z = 0 is infinity."""
    x, y, z = point
    square, m = y * y % P, 3 * (x - z * z) * (x + z * z) % P
    s = 4 * x * square % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * square * square) % P, 2 * y * z % P


def add(point, other):
    (x1, y1, z1), (x2, y2, z2) = point, other
    if not z1 or not z2:
        return point if z1 else other
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * z2 * z2 * z2 % P, y2 * z1 * z1 * z1 % P
    if u1 == u2:
        return double(point) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def is_signed(key, message, signature):
    """ECDSA over SHA-256. key: 04, x, y (65 bytes); signature: r, s (64 bytes)."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(key) != 65 or key[0] != 4 or max(x, y) >= P or (y * y - x**3 + 3 * x - B) % P:
        return False
    if len(signature) != 64 or not 0 < r < N or not 0 < s < N:
        return False
    w = pow(s, -1, N)
    u1, u2 = int.from_bytes(sha(message), "big") * w % N, r * w % N
    terms = {(1, 0): G, (0, 1): (x, y, 1), (1, 1): add(G, (x, y, 1))}
    found = (1, 1, 0)
    for bit in range(255, -1, -1):  # u1·G + u2·key, both multiples in one pass over the bits
        found = double(found)
        pair = (u1 >> bit & 1, u2 >> bit & 1)
        found = add(found, terms[pair]) if pair in terms else found
    return found[2] > 0 and found[0] * pow(found[2], -2, P) % P % N == r


class Folder:
    """A folder, what was found wrong and what was checked; texts are "English | français"."""

    def __init__(self, path):
        self.path, self.problems, self.done, self.key = path, [], [], b""

    def read(self, name):
        with open(os.path.join(self.path, os.path.basename(name)), "rb") as file:
            return file.read()

    def json(self, name):
        return json.loads(self.read(name).decode(), object_pairs_hook=lambda pairs: self.need(
            len(dict(pairs)) == len(pairs), name, "a name twice | un nom double") and dict(pairs))

    def need(self, condition, place, text):
        if not condition:
            self.problems.append((place, text))
        return condition


def check_manifest(folder):
    """The signature over the list of files, then the size and hash of each."""
    lines = folder.read("manifest.sig")
    shape = re.fullmatch(rb"([0-9a-f]{130})\n([0-9a-f]{128})\n", lines)
    folder.need(shape, "manifest.sig", "not two lines of hex | pas deux lignes hexa")
    folder.key, signature = map(bytes.fromhex, lines.decode().split()) if shape else (b"", b"")
    manifest = folder.read("manifest.json")
    folder.need(is_signed(folder.key, b"parvis-manifest-1\n" + manifest, signature),
                "manifest.json, manifest.sig", "one was altered | l'un des deux a été modifié")
    files = json.loads(manifest.decode())["files"]
    for entry in files:
        there = entry["name"] in os.listdir(folder.path)
        content = folder.read(entry["name"]) if there else b""
        same = (len(content), sha(content).hex()) == (entry["size"], entry["sha256"])
        folder.need(same and there, entry["name"], "altered or missing | modifié ou absent")
    expected = sorted([*FILES, recount_name(folder.json("definition.json"))])
    folder.need([entry["name"] for entry in files] == expected, "manifest.json",
                "other files are listed | énumère d'autres fichiers")
    folder.done.append(f"{len(files)} files, hashes, signature | {len(files)} fichiers, signature")


def check_log(folder):
    """Headers in order, each device's chain without a gap, the tree at every checkpoint."""
    points = folder.json("checkpoints.json")["checkpoints"]
    outside = {one["index"] for one in folder.json("accounts.json")["exceptions"]}
    lines = folder.read("log.jsonl").split(b"\n")
    folder.need(lines.pop() == b"", "log.jsonl", "cut at its end | coupé à la fin")
    sizes = {point["size"] for point in points}
    chains, peaks, roots = {}, [], {0: sha(b"")}
    for index, line in enumerate(lines):
        try:
            leaf, fields = read_header(index, line)
        except (ValueError, KeyError, TypeError) as error:
            return folder.need(False, f"log.jsonl:{index + 1}", f"wrong: {error} | faux : {error}")
        if index not in outside:
            chain = chains.setdefault((fields["dev"], fields["epoch"]), [])
            chain.append((fields["seq"], index, fields["prev"], sha(leaf).hex()))
        node, place = sha(b"\0" + leaf), index
        while place & 1:
            node, place = sha(b"\1" + peaks.pop() + node), place >> 1
        peaks.append(node)
        if index + 1 in sizes:
            roots[index + 1] = peaks[-1]
            for peak in peaks[-2::-1]:
                roots[index + 1] = sha(b"\1" + peak + roots[index + 1])
    for chain in chains.values():  # each record names the one before it
        before, line = "", 0
        for number, (seq, index, prev, record) in enumerate(sorted(chain), 1):
            if not folder.need((seq, prev) == (number, before), f"log.jsonl:{line or index + 1}",
                               f"line {index + 1} does not follow | {index + 1} n'y suit pas"):
                break
            before, line = record, index + 1
    folder.done.append(f"log: {len(lines)} records in {len(chains)} chains"
                       f" | journal : {len(lines)} actes en {len(chains)} chaînes")
    check_points(folder, points, roots, len(lines))


def read_header(index, line):
    """Return the leaf's bytes and the header's fields; raise ValueError where they are odd."""
    entry = json.loads(line.decode())
    if json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() != line:
        raise ValueError("spelling")
    if list(entry) != ["index", "header"] or entry["index"] != index:
        raise ValueError("index")
    pairs = json.loads(entry["header"], object_pairs_hook=list)
    if [name for name, _ in pairs] != FIELDS:
        raise ValueError("fields")
    for name, value in pairs:
        if type(value) is not KINDS.get(name, str):
            raise ValueError(name)
    return entry["header"].encode(), dict(pairs)


def check_points(folder, points, roots, size):
    """Each checkpoint is signed, and the log really had that root at that size."""
    log_id, last = sha(folder.key).hex(), 0
    for number, point in enumerate(points, 1):
        place = f"checkpoints.json, {number}"
        text = "parvis-checkpoint-1\n{origin}\n{log_id}\n{epoch}\n{size}\n{root}\n"
        raw = base64.urlsafe_b64decode(point["sig"] + "==")
        folder.need(is_signed(folder.key, text.format(**point).encode(), raw), place,
                    "its signature does not fit | sa signature ne correspond pas")
        fits = point["log_id"] == log_id and last <= point["size"] <= size
        folder.need(fits and roots[point["size"]].hex() == point["root"], place,
                    "the log is not the one signed here | le journal n'est pas celui signé ici")
        last = point["size"]
    folder.need(points and last == size, "checkpoints.json",
                "the last does not cover the log | le dernier ne couvre pas le journal")
    folder.done.append(f"{len(points)} signed checkpoints | {len(points)} points signés du journal")


def check_accounts(folder):
    """The sums, and that they speak of this log, these ballots and this definition."""
    accounts, result = folder.json("accounts.json"), folder.json("result.json")
    definition = sha(folder.read("definition.json")).hex()
    log, ballots, equations = accounts["log"], accounts["ballots"], accounts["equations"]
    lines = folder.read("log.jsonl").split(b"\n")[:-1]
    headers = [json.loads(json.loads(line)["header"]) for line in lines]
    sealed = sum(one["type"] == "ballot.sealed" and one["def"] == definition for one in headers)
    rows = folder.read("cast_vote_records.csv").count(b"\n") - 1
    sums = [
        ("log", log["size"], sum(log.values()) - log["size"]),
        ("log = log.jsonl", log["size"], len(headers)),
        ("ballots", ballots["in_log"], sum(ballots.values()) - ballots["in_log"]),
        ("ballots = log.jsonl", ballots["in_log"], sealed),
        ("counted = cast_vote_records.csv", ballots["counted"], rows),
        ("counted = result.json", result["turnout"]["ballots"], rows),
        ("by_door", sum(result.get("by_door", {"": rows}).values()), rows),
        ("superseded", ballots["superseded"], sum(one["count"] for one in accounts["superseded"]))]
    sums += [(one["name"], sum(one["left"].values()), sum(one["right"].values()))
             for one in equations if not one.get("explained")]
    for name, left, right in sums:
        folder.need(left == right, f"accounts.json, {name}", f"{left} ≠ {right} | {left} ≠ {right}")
    beside(folder, "tables.py")["check_numbers"](folder, accounts, result, headers)
    rest = len(equations) + 8 - len(sums)
    folder.done.append(f"{len(sums)} equations of the accounts, {rest} more are explained"
                       f" | {len(sums)} équations des comptes, {rest} autres sont expliquées")


def judge(contest, ids):
    """Return blank, valid or invalid: one answer against the limits of its contest."""
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    most = 1 if contest["method"] == "choose-1" else contest["max"] or len(ids)
    if not ids:
        return "blank"
    spent = sum(costs.get(name, 0) for name in ids)
    known = set(ids) <= set(costs) and len(ids) == len(set(ids))
    within = contest["min"] <= len(ids) <= most and spent <= (contest["max_cost"] or spent)
    return "valid" if known and within else "invalid"


def check_result(folder):
    """Judge and count every ballot again, and let the recount choose the winners."""
    definition, result = folder.json("definition.json"), folder.json("result.json")
    contests = definition["contests"]
    head, *rows = folder.read("cast_vote_records.csv").decode().split("\n")[:-1]
    names = [each["id"] for each in contests] + ["status"]
    folder.need(head.split(",") == names and rows == sorted(rows), "cast_vote_records.csv",
                "other columns or order | colonnes ou ordre")
    found = [{"valid": 0, "blank": 0, "invalid": 0, "votes":
              {choice["id"]: 0 for choice in each["choices"]}} for each in contests]
    for line, row in enumerate(rows, 2):
        *cells, status = row.split(",")
        judged = [judge(each, cell.split()) for each, cell in zip(contests, cells)]
        whole = min(judged, key=["valid", "invalid", "blank"].index)
        folder.need(status == whole and len(cells) == len(contests),
                    f"cast_vote_records.csv:{line}", f"this ballot is {whole} | il est {whole}")
        for seen, verdict, cell in zip(found, judged, cells):
            seen[verdict] += 1
            for name in cell.split() if verdict == "valid" else ():
                seen["votes"][name] += 1
    folder.done.append(f"{len(rows)} ballots counted again | {len(rows)} bulletins recomptés")
    tables = beside(folder, "tables.py")
    for contest, seen, told in zip(contests, found, result["contests"]):
        seen["ballots"] = len(rows)
        if "winners" in told:
            program = beside(folder, recount_name(definition))
            seen |= tables["counted"](definition, contest, seen["votes"], program["winners"])
            text = ", ".join(seen["winners"])
            folder.done.append(f"{contest['id']}: funded {text} | {contest['id']} : retenus {text}")
        for name, value in seen.items():
            folder.need(told[name] == value, f"result.json, {contest['id']}, {name}",
                        f"counted again: {value} | recompté : {value}")
    folder.need([told["id"] for told in result["contests"]] == names[:-1], "result.json",
                "other contests | autres questions")
    tables["check_tables"](folder, contests, result["contests"], rows, judge)


def recount_name(definition):
    return os.path.basename("recount_" + definition["count"]["rule"].replace("-", "_") + ".py")


def beside(folder, name):
    """A program that lies beside this one, if it is as published."""
    if name in [place for place, _ in folder.problems]:
        raise ValueError(f"{name} is not the one published")
    program = {}
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        exec(compile(file.read(), file.name, "exec"), program)
    return program


def main(arguments):
    french, paths = "--fr" in arguments, [one for one in arguments if one != "--fr"]
    folder = Folder(paths[0] if paths else HERE)
    for check in (check_manifest, check_log, check_accounts, check_result):
        try:
            check(folder)
        except Exception as error:  # whatever a damaged file causes is a finding, not a crash
            words = f"stopped: {error!r} | arrêt : {error!r}"
            folder.need(False, f"verify.py, {check.__name__}", words)
    folder.done.append(f"fingerprint of the key: {sha(folder.key).hex()}"
                       f" | empreinte de la clé : {sha(folder.key).hex()}")
    if not folder.problems:
        folder.done.append("Everything agrees. | Tout concorde.")
    print("\n".join("+ " + text.split(" | ")[french] for text in folder.done))
    found = [f"! {place}: {text.split(' | ')[french]}" for place, text in folder.problems]
    return "\n".join(found) or 0


if not __name__.endswith("verify"):  # run, not imported
    sys.exit(main(sys.argv[1:]))
