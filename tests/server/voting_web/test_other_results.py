"""Votes by ranks, points and dots, and a question, from the first ballot to a certified page and files that verify."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from server.opendata.actions import published_folder
from server.processes.models import Space
from server.voting import actions as voting
from server.voting.proceedings import record_of_proceedings
from server.voting.rights import Right
from server.web import square
from tests.server.votes import ONLINE, make_vote
from tests.server.voting_web.test_other_methods import ENGLISH, METHODS

pytestmark = pytest.mark.django_db
# What ten people and one without an opinion cast; votes; words of the page.
CAST = {
    "ranked": ([["verger", "bancs", "lavoir"]] * 6 + [["bancs", "verger"]] * 3 + [["piste"]], [6, 21, 24, 3, 0]),
    "score": ([{"verger": 5, "lavoir": 0}] * 7 + [{"bancs": 4, "verger": 1}] * 3, [0, 12, 38, 0, 0]),
    "dots": ([{"verger": 3, "bancs": 3}] * 9 + [{"piste": 2}], [0, 27, 27, 2, 0]),
    "yes-no": ([["yes"]] * 6 + [["no"]] * 3 + [["abstain"]], [6, 3, 1]),
}
WORDS = {
    "ranked": ["24 points", "The first rank of a ballot gives 3 points", "projects will be built."],
    "score": ["38 points", "projects will be built."],
    "dots": ["27 points", "projects will be built."],
    "yes-no": ["Answer by answer", "6 votes", "Le vote"],
}


@pytest.mark.parametrize("method", METHODS)
def test_from_the_ballots_to_the_page_and_the_strangers_program(client, method: str):
    answers, votes = CAST[method]
    vote = make_vote(people=len(answers) + 1, passes=0, doors=["web"], **METHODS[method])
    for person, answer in enumerate([*answers, []]):
        right = Right.of_code(vote.box, vote.letters[person].grouped)
        voting.cast_ballot(box=vote.box, right=right, choices={"q1": answer}, origin=ONLINE)
    box = vote.finish()
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    told = box.result["contests"][0]
    assert (list(told["votes"].values()), told["valid"], told["blank"]) == (votes, len(answers), 1)
    assert ("winners" in told) == (method != "yes-no")
    folder = published_folder(box)
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = client.get(f"{box.get_absolute_url()}result/", **ENGLISH).content.decode()
    assert all(words in page for words in WORDS[method])
    assert ("points" in page.split('id="projects"')[1].split("</section>")[0]) == (method != "yes-no")
    assert client.get(box.get_absolute_url(), **ENGLISH).status_code == 200
    home = client.get("/", **ENGLISH).content.decode()
    assert ("No project will be built." in home) is False
    (shown,) = square.results()
    assert ("answers" in shown) == (method == "yes-no")
    assert record_of_proceedings(box).blocks
    # What is told of ballots is what was cast, in the order of the rows.
    rows = (folder / "cast_vote_records.csv").read_text().splitlines()[1:]
    assert rows == sorted(rows) and len(rows) == len(answers) + 1
    assert json.loads((folder / "definition.json").read_bytes())["contests"][0]["method"] == method
