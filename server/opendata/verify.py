"""Re-checks a published vote on anyone's machine: verify.py [--fr] [--state KEPT] [folder]

Needs Python 3.9 or later, nothing else; checks the folder it lies in, or another. Ends with 0 when
all is well, else 1. Whether the key is the right one you must see: compare its fingerprint with the
one that the institution publishes elsewhere. KEPT: a signed state or a receipt, to be found in the
list (kept.py). Formats: docs/protocol.md, sections 3 and 9 to 12. recount_<rule>.py: who is funded.
"""
import os, sys
# A published folder may hold a file named like a module: never import from it by accident.
HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
import base64, hashlib, json, re, runpy
FIELDS = [(name, {"v": int, "tv": int, "seq": int, "len": int, "att": list}.get(name, str)) for name
          in "v type tv space meeting def dev epoch seq prev actor subj_c body_c len att".split()]
FILES = "accounts.json cast_vote_records.csv checkpoints.json closings.py definition.json kept.py" \
    " log.jsonl projects.csv result.json result.pb states.py tables.py verify.py witnesses.json"
# P-256 (FIPS 186-4, SEC 1): y² = x³ - 3x + B over the integers modulo P; N points, generator G.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, 1)


def add(point, other):
    """Any two points; (x, y, z) is (x/z, y/z). Renes, Costello, Batina 2016, algorithm 4."""
    (x1, y1, z1), (x2, y2, z2) = point, other
    xx, yy, zz = x1 * x2 % P, y1 * y2 % P, z1 * z2 % P
    xy, xz, yz = (x1 * y2 + x2 * y1) % P, (x1 * z2 + x2 * z1) % P, (y1 * z2 + y2 * z1) % P
    m, n, k = 3 * (B * zz - xz) % P, 3 * (B * xz - xx - 3 * zz) % P, 3 * (xx - zz)
    low, high = yy - m, yy + m
    return (xy * low - yz * n) % P, (high * low + k * n) % P, (yz * high + k * xy) % P


def is_signed(key, message, signature):
    """ECDSA over SHA-256. key: 04, x, y (65 bytes); signature: r, s (64 bytes)."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    fits = len(key) == 65 and key[0] == 4 and max(x, y) < P and (y * y - x**3 + 3 * x - B) % P == 0
    if not fits or len(signature) != 64 or not 0 < r < N or not 0 < s < N:
        return False
    u1, u2 = (n * pow(s, -1, N) % N for n in (int.from_bytes(sha(message), "big"), r))
    found, steps = (0, 1, 0), [(0, 1, 0), G, (x, y, 1), add(G, (x, y, 1))]
    for bit in range(255, -1, -1):  # u1·G + u2·key, both multiples in one pass over the bits
        found = add(add(found, found), steps[(u1 >> bit & 1) + 2 * (u2 >> bit & 1)])
    return found[2] > 0 and found[0] * pow(found[2], -1, P) % P % N == r


def sha(content):
    return hashlib.sha256(content).digest()


class Folder:
    """A folder and what was found there. Texts are "English | français", with {} for each fact."""

    def __init__(self, path, french=False, kept=()):
        self.path, self.language, self.place = path, -1 if french else 0, "verify.py"
        self.key, self.right, self.recount, self.headers = b"", [], "", []
        self.problems, self.done, self.kept = [], [], kept

    def read(self, name):
        with open(os.path.join(self.path, os.path.basename(name)), "rb") as file:
            return file.read()

    def json(self, name):
        return json.loads(self.read(name).decode(), object_pairs_hook=lambda pairs: self.need(
            len(dict(pairs)) == len(pairs), name, "a name twice | un nom double") and dict(pairs))

    def records(self, kind):
        """Headers of this kind that are about this vote, each with its place in the log."""
        own = [kind, sha(self.read("definition.json")).hex()]
        return [(i, one) for i, one in enumerate(self.headers) if [one["type"], one["def"]] == own]

    def need(self, condition, place, text, *facts):
        if not condition:
            self.problems.append((place, text.split(" | ")[self.language].format(*facts)))
        return condition

    def say(self, text, *facts):
        self.done.append(text.split(" | ")[self.language].format(*facts))


def check_manifest(folder):
    """The signature over the list of files, then the size and hash of each."""
    shape = re.fullmatch(rb"([0-9a-f]{130})\n([0-9a-f]{128})\n", folder.read("manifest.sig"))
    folder.need(shape, "manifest.sig", "not two lines of hex | pas deux lignes hexa")
    folder.key, signature = map(bytes.fromhex, shape[0].decode().split()) if shape else (b"", b"")
    manifest = folder.read("manifest.json")
    folder.need(is_signed(folder.key, b"parvis-manifest-1\n" + manifest, signature),
                "manifest.json, manifest.sig", "one was altered | l'un des deux a été modifié")
    files = json.loads(manifest.decode())["files"]
    for entry in files:
        there = entry["name"] in os.listdir(folder.path)
        content = folder.read(entry["name"]) if there else b""
        same = (len(content), sha(content).hex()) == (entry["size"], entry["sha256"])
        if folder.need(same and there, entry["name"], "altered or missing | modifié ou absent"):
            folder.right.append(entry["name"])
    rule = folder.json("definition.json")["count"]["rule"]
    folder.recount = f"recount_{rule.replace('-', '_')}.py"
    folder.need([entry["name"] for entry in files] == sorted([*FILES.split(), folder.recount]),
                "manifest.json", "other files are listed | énumère d'autres fichiers")
    folder.say("{} files, their hashes, the signature | {} fichiers, leur signature", len(files))


def check_log(folder):
    """Headers in order, each device's chain without a gap, the tree at every checkpoint."""
    points = folder.json("checkpoints.json")["checkpoints"]
    outside = {one["index"] for one in folder.json("accounts.json")["exceptions"]}
    lines = folder.read("log.jsonl").split(b"\n")
    folder.need(lines.pop() == b"", "log.jsonl", "cut at its end | coupé à la fin")
    chains, peaks, roots = {}, [], {point["size"]: sha(b"") for point in points}
    for index, line in enumerate(lines):
        folder.place = f"log.jsonl:{index + 1}"  # this line, if anything about it is odd
        leaf, header = read_header(index, line)
        folder.headers.append(header)
        if index not in outside:
            chain = chains.setdefault((header["dev"], header["epoch"]), [])
            chain.append((header["seq"], index, header["prev"], sha(leaf).hex()))
        node, place = sha(b"\0" + leaf), index
        while place & 1:
            node, place = sha(b"\1" + peaks.pop() + node), place >> 1
        peaks.append(node)
        if index + 1 in roots:
            for peak in peaks[-2::-1]:
                node = sha(b"\1" + peak + node)
            roots[index + 1] = node
    for chain in chains.values():  # each record names the one before it
        before, line = "", 0
        for number, (seq, index, prev, record) in enumerate(sorted(chain), 1):
            if not folder.need((seq, prev) == (number, before), f"log.jsonl:{line or index + 1}",
                               "line {} does not follow | {} n'y suit pas", index + 1):
                break
            before, line = record, index + 1
    folder.say("{} records in {} chains | {} actes en {} chaînes", len(lines), len(chains))
    check_points(folder, points, roots, len(lines))


def read_header(index, line):
    """Return the leaf's bytes and the header's fields; raise ValueError where they are odd."""
    text = json.loads(line.decode())["header"]
    entry = json.dumps({"index": index, "header": text}, ensure_ascii=False, separators=(",", ":"))
    pairs = json.loads(text, object_pairs_hook=list)
    if entry.encode() != line or [(name, type(value)) for name, value in pairs] != FIELDS:
        raise ValueError("index, spelling or fields")
    return text.encode(), dict(pairs)


def check_points(folder, points, roots, size):
    """Each checkpoint is signed, and the log really had that root at that size."""
    log_id, last = sha(folder.key).hex(), 0
    for number, point in enumerate(points, 1):
        folder.place = f"checkpoints.json, {number}"
        text = "parvis-checkpoint-1\n{origin}\n{log_id}\n{epoch}\n{size}\n{root}\n"
        raw = base64.urlsafe_b64decode(point["sig"] + "==")
        folder.need(is_signed(folder.key, text.format(**point).encode(), raw), folder.place,
                    "its signature does not fit | sa signature ne correspond pas")
        fits = point["log_id"] == log_id and last <= point["size"] <= size
        folder.need(fits and roots[point["size"]].hex() == point["root"], folder.place,
                    "the log is not the one signed here | le journal n'est pas celui signé ici")
        last = point["size"]
    folder.need(points and last == size, "checkpoints.json",
                "the last does not cover the log | le dernier ne couvre pas le journal")
    folder.say("{} signed checkpoints | {} points signés du journal", len(points))


def check_accounts(folder):
    """One definition, this key, the promised seed; the sums hold, and no number is below zero."""
    accounts, result = folder.json("accounts.json"), folder.json("result.json")
    definition, own = folder.json("definition.json"), sha(folder.read("definition.json")).hex()
    folder.need(accounts["definition"] == result["definition"] == own, "definition.json",
                "not the one counted | pas celle qui fut comptée")
    folder.need(definition["log_id"] == sha(folder.key).hex(), "definition.json",
                "made for another key | faite pour une autre clé")
    if "seed" in accounts:
        folder.need(sha(bytes.fromhex(accounts["seed"])).hex() == definition["seed_hash"],
                    "accounts.json, seed", "not the one promised | pas celle qui fut promise")
    log, ballots, equations = accounts["log"], accounts["ballots"], accounts["equations"]
    pairs = [one["count"] for one in accounts["superseded"]]
    folder.need(min([*log.values(), *ballots.values(), *pairs]) >= 0, "accounts.json",
                "a number is below zero | un nombre est négatif")
    rows, turnout = folder.read("cast_vote_records.csv").count(b"\n") - 1, result["turnout"]
    people = check_roll(folder, accounts.get("roll", []), turnout["rights"])
    sums = [
        ("log", log["size"], sum(log.values()) - log["size"]),
        ("log = log.jsonl", log["size"], len(folder.headers)),
        ("ballots", ballots["in_log"], sum(ballots.values()) - ballots["in_log"]),
        ("ballots = log.jsonl", ballots["in_log"], len(folder.records("ballot.sealed"))),
        ("counted = cast_vote_records.csv", ballots["counted"], rows),
        ("counted = result.json", turnout["ballots"], rows),
        ("by_door", sum(result.get("by_door", {"all": rows}).values()), rows),
        ("superseded", ballots["superseded"], sum(pairs)),
        ("roll = result.json, turnout", people, turnout["rights"])]
    sums += [(one["name"], sum(one["left"].values()), sum(one["right"].values()))
             for one in equations if not one.get("explained")]
    for name, left, right in sums:
        folder.need(left == right, f"accounts.json, {name}", "{} ≠ {}", left, right)
    folder.say("{} equations of the accounts, {} more are explained | {} équations des comptes,"
               " {} autres sont expliquées", len(sums), 9 + len(equations) - len(sums))


def check_roll(folder, versions, rights):
    """The versions of the roll are those in the log. Return how many people have a right by it."""
    house = [one["dev"] for _, one in folder.records("box.frozen")][:1]
    logged, opened = ([(index, one["body_c"]) for index, one in folder.records(kind)
                       if [one["dev"]] == house] for kind in ("roll.version", "box.voting_opened"))
    told = [(one["index"], sha(bytes.fromhex(one["salt"]) + one["body"].encode()).hex())
            for one in versions]
    folder.need(told == logged and logged[:1] <= (opened or logged)[:1], "accounts.json, roll",
                "other versions than in the log | d'autres versions que dans le journal")
    bodies = [json.loads(one["body"]) for one in versions]
    numbers = [body["version"] for body in bodies]
    folder.need(numbers == [numbers[0] + place for place in range(len(numbers))],
                "accounts.json, roll", "a version is missing | une version manque")
    if versions:
        folder.say("{} versions of the roll | {} versions de la liste", len(versions))
    return bodies[-1]["people"] if bodies else rights


def judge(contest, words):
    """Return blank, valid or invalid, and the votes of one answer: its words by its contest."""
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    method, points, limit = contest["method"], contest.get("points"), contest["max_cost"]
    ranks = 1 if method in ("choose-1", "yes-no") else contest["max"] or len(costs)
    least, most = int(method != "score"), contest.get("per_choice", points or 1)
    pairs = [(word if points else word + ":1").rpartition(":")[::2] for word in words]
    votes = {name: ranks - place if method == "ranked" else int(given) for place, (name, given)
             in enumerate(pairs) if given in map(str, range(least, most + 1))}
    spent = sum(costs.get(name, 0) for name in votes)
    valid = (len(votes) == len(words) and set(votes) <= set(costs) and spent <= (limit or spent)
             and contest["min"] <= len(words) <= ranks
             and (method != "dots" or sum(votes.values()) <= points))
    return ("valid", votes) if words and valid else ("invalid" if words else "blank", {})


def check_result(folder):
    """Judge and count every ballot again, and let the recount choose the winners."""
    definition, result = folder.json("definition.json"), folder.json("result.json")
    contests = definition["contests"]
    head, *rows = folder.read("cast_vote_records.csv").decode().split("\n")[:-1]
    names = [each["id"] for each in contests] + ["status"]
    folder.need(head.split(",") == names and rows == sorted(rows), "cast_vote_records.csv",
                "other columns or order | colonnes ou ordre")
    found = [{"ballots": len(rows), "valid": 0, "blank": 0, "invalid": 0, "votes":
              {choice["id"]: 0 for choice in each["choices"]}} for each in contests]
    for line, row in enumerate(rows, 2):
        *cells, status = row.split(",")
        judged = [judge(each, cell.split()) for each, cell in zip(contests, cells)]
        whole = min((one for one, _ in judged), key=["valid", "invalid", "blank"].index)
        folder.need(status == whole and len(cells) == len(contests),
                    f"cast_vote_records.csv:{line}", "this ballot is {} | il est {}", whole)
        for seen, (verdict, votes) in zip(found, judged):
            seen[verdict] += 1
            for name, given in votes.items():
                seen["votes"][name] += given
    folder.say("{} ballots counted again | {} bulletins recomptés", len(rows))
    folder.need([told["id"] for told in result["contests"]] == names[:-1], "result.json",
                "other contests | autres questions")
    for contest, seen, told in zip(contests, found, result["contests"]):
        if any(choice.get("cost") for choice in contest["choices"]):
            recount = beside(folder, folder.recount)
            seen |= recount["counted"](contest["choices"], seen["votes"], definition)
            folder.say("{}: funded {} | {} : retenus {}", told["id"], ", ".join(seen["winners"]))
        for name, value in seen.items():
            folder.need(told[name] == value, f"result.json, {contest['id']}, {name}",
                        "counted again: {} | recompté : {}", value)


def check_further(folder):
    """What programs beside this one compare besides, as published; nothing above needs them."""
    for name in ["tables.py", "states.py", "closings.py"] + ["kept.py"] * bool(folder.kept):
        if name == "kept.py" or name in folder.right and os.path.exists(os.path.join(HERE, name)):
            beside(folder, name)["further"](sys.modules[__name__], folder)


def beside(folder, name):
    """A program that lies beside this one, if it is as published."""
    if name not in folder.right:
        raise ValueError(f"{name} is not the one published")
    return runpy.run_path(os.path.join(HERE, os.path.basename(name)))


def main(arguments):
    kept = [text for option, text in zip(arguments, arguments[1:]) if option == "--state"]
    path = next((one for one in arguments if one not in ("--fr", "--state", *kept)), HERE)
    folder = Folder(path, "--fr" in arguments, kept)
    for check in (check_manifest, check_log, check_accounts, check_result, check_further):
        folder.place = f"verify.py, {check.__name__}"
        try:
            check(folder)
        except Exception as error:  # whatever a damaged file causes is a finding, not a crash
            folder.need(False, folder.place, "stopped: {!r} | arrêt : {!r}", error)
    folder.say("fingerprint of the key: {} | empreinte de la clé : {}", sha(folder.key).hex())
    folder.problems or folder.say("Everything agrees. | Tout concorde.")
    print("\n".join(f"+ {text}" for text in folder.done))
    return "\n".join(f"! {place}: {text}" for place, text in folder.problems) or 0


if not __name__.endswith("verify"):  # run, not imported
    sys.exit(main(sys.argv[1:]))
