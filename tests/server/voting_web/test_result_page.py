"""The page of a certified result: who won and why, what became of every ballot, the files, how to check them."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from django.utils import translation

from server.ledger.installation import installation
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.models import Session
from server.opendata import result_page
from server.opendata.actions import archive_of, publish, published_folder
from server.opendata.alone import done_alone
from server.processes.models import Space
from server.voting import actions as voting
from server.voting.actions import Correction
from server.voting.models import Box, PresenceMark, RollVersion
from tests.server.post.conftest import Post
from tests.server.votes import make_vote, sync, without_guards

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def past_vote(standing_past_vote):
    return standing_past_vote


def page(client, address: str) -> str:
    answer = client.get(address, **ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


def small_result(**facts) -> Box:
    """Three ballots online: certified, with fewer than ten at the only door."""
    vote = make_vote(doors=("web",), passes=0, **facts)
    vote.online(0, "lavoir", "bancs")
    vote.online(1, "lavoir", "piste")
    vote.online(2, "lavoir", "bancs")
    vote.online(2, "lavoir", "bancs", "verger")
    vote.finish()
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    return vote.refresh().box


def test_the_result_tells_winners_reasons_doors_and_accounts(client, past_vote):
    text = page(client, f"{past_vote.box.get_absolute_url()}result/")
    contest = past_vote.box.result["contests"][0]
    assert f"{len(contest['winners'])} projects will be built." in text
    assert text.count("It fits into the") == len(contest["winners"])
    assert text.count("it does not fit") == sum(turn["decision"] == "does_not_fit" for turn in contest["rounds"])
    assert (
        "3 × Online: replaced by a vote in person" in text and "4 × Online: replaced by a later ballot online" in text
    )
    accounts = json.loads((published_folder(past_vote.box) / "accounts.json").read_bytes())
    assert text.count("Holds") == len(accounts["equations"])
    assert "123 ballots counted." in text and "82.0" in text


def test_accounts_of_several_sessions_say_whose_they_are(client, past_vote):
    path = published_folder(past_vote.box) / "accounts.json"
    (session,) = past_vote.sessions
    result = f"{past_vote.box.get_absolute_url()}result/"
    assert f"{session.meeting.title} – " not in page(client, result), "of one session there is nothing to tell apart"
    other = Session.objects.create(meeting=session.meeting, label={"fr": "Le soir", "en": "Evening"})
    other.refresh_from_db()
    told = json.loads(path.read_bytes())
    told["equations"] += [one | {"session": other.ref} for one in told["equations"] if one.get("session")]
    path.write_text(json.dumps(told))
    text = page(client, result)
    for one in (session, other):
        assert text.count(f"{one.meeting.title} – {one.label}") == sum(
            line.get("session") == one.ref for line in told["equations"]
        )


def test_every_chart_of_a_result_has_a_table_beneath(client, past_vote):
    text = page(client, f"{past_vote.box.get_absolute_url()}result/")
    drawn = [part for part in text.split("<section") if 'class="bar"' in part]
    assert len(drawn) == 4 and all(part.rindex("<table") > part.rindex('class="bar"') for part in drawn)
    votes = past_vote.box.result["contests"][0]["votes"]
    (projects,) = [part for part in drawn if 'id="projects"' in part]
    told = re.findall(r'<td class="n">([\d,]+)</td>', projects)
    assert [int(count.replace(",", "")) for count in told] == sorted(votes.values(), reverse=True)


def test_rows_follow_the_rounds_and_never_lose_a_cent(past_vote):
    rows = result_page.rows(past_vote.box)
    contest = past_vote.box.result["contests"][0]
    assert [row.votes for row in rows] == sorted(contest["votes"].values(), reverse=True)
    assert [row.left for row in rows[:-1]] == [row.had for row in rows[1:]]
    assert rows[-1].left == contest["budget"] - contest["cost"]


def test_doors_with_few_ballots_are_not_told_apart(client):
    """P19. And the page claims no more than is so: numbers are told, choices are not."""
    box = small_result()
    text = page(client, f"{box.get_absolute_url()}result/")
    assert "one of them had fewer than ten ballots" in text and "no file tells what they say" in text
    assert "Fewer than ten ballots were counted." in text and "Taken out unopened" not in text
    assert "1 × Online: replaced by a later ballot online" in text


def test_what_one_person_did_alone_is_told(client):
    """Sync protocol, small towns: the act is marked, and the public page says so."""
    text = page(client, f"{small_result().get_absolute_url()}result/").partition('id="alone"')[2].partition("</p>")[0]
    assert "run single-handed" in text and "Ballot box opened; Result certified." in text


def test_every_kind_of_deed_done_alone_is_counted():
    vote = make_vote(people=4, passes=4)
    struck = Correction(vote.box.roll, RollVersion.Kind.STRUCK, "A déménagé.", vote.entries[3])
    voting.correct_roll(correction=struck, by=vote.officer)
    entry = vote.entries[2]
    entry.account = vote.officer
    entry.save()
    voting.unmatch_account(entry=entry, reason="the other of two sisters", by=vote.officer)
    code = vote.hand_over(0)
    voting.restore_right(
        mark=PresenceMark.objects.get(entry=vote.entries[0]), code_text=code.text, reason="leaves", by=vote.officer
    )
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    vote.count(passes_unused=2, passes_spoiled=1, passes_returned=0)
    meetings.explain_difference(session=vote.session, equation=2, text="Un passe tombé.", by=vote.officer)
    told = {str(words): count for words, count in done_alone(vote.refresh().box)}
    assert told == {
        "Roll corrected": 1, "Ballot box opened": 1, "Result certified": 1, "Stacks counted by hand": 1,
        "Difference explained": 1, "Mark of the desk undone": 1, "Account separated from the roll": 1,
    }  # fmt: skip


def test_what_one_decided_about_late_ballots_and_doubtful_envelopes_is_counted_too():
    vote = make_vote(people=4, passes=4, takes_post=True, post_deadline={"fr": "vendredi"})
    post, kiosk = Post(vote), vote.kiosk()
    kiosk.move("closed")
    late = kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir"]})
    sync(kiosk)
    post.send(1, 2)
    post.judge(1)
    post.judge(1, "received", note="Signed by somebody else?")  # no mark of the desk was undone by it
    post.judge(2, "refused", reason="late")  # what is plain takes one person everywhere
    before = dict(done_alone(vote.box))
    voting.decide_record(record=Record.objects.get(pk=late.id), is_accepted=True, by=vote.officer)
    post.judge_doubtful(1)
    now = {str(words): count for words, count in done_alone(vote.box) if (words, count) not in before.items()}
    assert now == {"Late ballot decided": 1, "Decided about a doubtful envelope": 1}
    assert "Mark of the desk undone" not in map(str, before)


def test_where_two_persons_are_asked_for_nobody_did_anything_alone(settings):
    settings.PARVIS_SINGLE_HANDED = False
    assert done_alone(make_vote(passes=0).box) == []


def test_a_small_door_stands_with_others(client):
    """P19: nine sheets alone would be too few to tell; with the kiosks they are not."""
    vote = make_vote(people=11, passes=0, doors=["web", "paper"])
    for person in range(11):
        vote.online(person, "lavoir")
    vote.finish()
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    box = vote.refresh().box
    box.result["by_door"], box.result["turnout"]["ballots"] = {"web": 11, "kiosk+paper": 12}, 23
    with without_guards():
        box.save(update_fields=["result"])
    text = page(client, f"{box.get_absolute_url()}result/")
    assert "Doors with fewer than ten ballots are shown together with others" in text
    assert [row["counted"] for row in result_page.by_door(box)] == [11, 12] and "fill-all" in text


def test_the_signed_states_are_shown_with_size_and_day_and_never_an_hour(client, past_vote):
    text = page(client, f"{past_vote.box.get_absolute_url()}result/")
    points = json.loads((published_folder(past_vote.box) / "checkpoints.json").read_bytes())["checkpoints"]
    shown = result_page.points(published_folder(past_vote.box))
    assert [one["size"] for one in shown] == [one["size"] for one in reversed(points)]
    assert points[-1]["root"] in text and all(one["root"][:16] in text for one in points)
    assert installation().log_id in text and past_vote.box.definition_hash in text
    proofs = text.partition('id="proofs"')[2].partition("</section>")[0]
    assert not re.search(r"\d{1,2}:\d{2}", proofs)


@pytest.mark.parametrize(
    ("rule", "threshold", "words"),
    [
        ("greedy", 1, "it does not fit"),
        ("greedy-no-skip", 1, "The count had stopped before it."),
        ("greedy-threshold", 2, "Fewer votes than the rule asks for."),
    ],
)
def test_each_rule_gives_its_reasons(client, rule, threshold, words):
    box = small_result(rule=rule, threshold=threshold)
    text = page(client, f"{box.get_absolute_url()}result/")
    assert words in text and "Nobody chose it." in text


def test_files_are_served_byte_for_byte_and_only_those(client, past_vote):
    """X1: no path leaves the folder of the vote."""
    box = past_vote.box.get_absolute_url()
    folder = published_folder(past_vote.box)
    for path in folder.iterdir():
        answer = client.get(f"{box}files/{path.name}")
        assert b"".join(answer.streaming_content) == path.read_bytes()
    for name in ("..%2f..%2fdb.sqlite3", "../../keys/log.pem", "..", ".", "manifest.json%00", "x"):
        assert client.get(f"{box}files/{name}").status_code == 404, name


def test_a_stranger_follows_the_check_page_and_agrees(client, past_vote, tmp_path):
    box = past_vote.box.get_absolute_url()
    text = page(client, f"{box}check/")
    assert installation().log_id in text and "python3 verify.py" in text
    packed = b"".join(client.get(f"{box}files.zip").streaming_content)
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path / "stranger")
    folder = tmp_path / "stranger" / past_vote.box.ref
    done = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and installation().log_id in done.stdout


def test_the_archive_is_packed_once_for_each_publication(past_vote):
    """Packing a large log for whoever asks would let a few strangers keep the machine busy."""
    box, folder = past_vote.box, published_folder(past_vote.box)
    first = archive_of(box)
    assert first == archive_of(box) and not list(folder.parent.glob(".*"))
    made = first.stat().st_mtime_ns
    assert archive_of(box).stat().st_mtime_ns == made
    publish(box, folder)
    assert archive_of(box).stat().st_mtime_ns == made
    with zipfile.ZipFile(first) as packed:
        assert packed.read(f"{box.ref}/manifest.json") == (folder / "manifest.json").read_bytes()


def test_nothing_is_shown_before_the_result_is_certified(client, vote):
    box = vote.box.get_absolute_url()
    for address in ("result/", "check/", "files.zip", "files/result.json"):
        assert client.get(f"{box}{address}").status_code == 404


def test_every_published_file_and_equation_has_words(past_vote):
    with translation.override("en"):
        accounts = result_page.accounts(published_folder(past_vote.box))
        assert not [line["name"] for line in accounts["lines"] if "_" in str(line["name"])]
        assert not [term for line in accounts["lines"] for term in line["terms"] if "_" in str(term["label"])]
        names = {one["name"] for one in result_page.files(published_folder(past_vote.box))}
    assert set(result_page.FILES) | {"recount_greedy.py"} == names
