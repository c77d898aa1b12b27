"""Accounts matched by a file of verified attributes: exact ones once confirmed, others by a person (P8, P14)."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.models import User
from server.office.models import Act
from server.processes.tables import BadTable
from server.voting import actions as voting
from server.voting.actions.match_files import candidates_of, plan_matching
from server.voting.match_file import Claim, Line, find_lines, read_claims
from server.voting.models import Matching, MatchQuestion, Roll, RollEntry
from server.voting.refusals import AccountTaken, EntryTaken, NotOnTheRoll, RollInUse
from server.voting.refusals_desk import OwnAccount
from tests.server.office.workbooks import workbook
from tests.server.votes import make_box

BORN = dt.date(1980, 5, 31)
PEOPLE = [
    ("1", "Lefèvre", "Zoë", BORN),
    ("2", "Roux", "Éloi", dt.date(1950, 1, 2)),
    ("3", "Martin", "Louise", dt.date(1990, 3, 4)),
    ("4", "Martin", "Louise", dt.date(1990, 3, 4)),
    ("5", "Durand", "Jean", dt.date(1961, 7, 8)),
    ("6", "Durant", "Jean", dt.date(1961, 7, 8)),
    ("7", "Petit", "Anne", None),
]


def account(name: str, *, is_confirmed: bool = True) -> User:
    user = User.objects.create_user(f"{name}@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=is_confirmed, primary=True)
    return user


def claim(account: str, number: str = "", family: str = "", given: str = "", born: dt.date | None = None) -> Claim:
    return Claim(2, f"{account}@example.org", number, family, given, born)


@pytest.fixture
def roll(db) -> Roll:
    made = make_box(people=0).roll
    for number, family, given_name, born in PEOPLE:
        RollEntry.objects.create(roll=made, number=number, family_name=family, given_name=given_name, birth_date=born)
    return made


@pytest.fixture
def officer(db) -> User:
    return User.objects.create_user("officer@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (("1", "LEFEVRE", "Zoe", BORN), "exact"),
        (("1", "Zoë", "Lefèvre", BORN), "exact"),
        (("5", "Durand", "Jean", dt.date(1961, 7, 8)), "exact"),
        # No number; another name, another date; a date that the roll does not know: none is beyond doubt.
        (("", "Lefèvre", "Zoë", BORN), "doubtful"),
        (("1", "Lefèvre-Roux", "Zoë", BORN), "doubtful"),
        (("1", "Lefèvre", "Zoë", dt.date(1980, 5, 13)), "doubtful"),
        (("1", "", "", None), "doubtful"),
        (("1", "Lefèvre", "Zoë", None), "doubtful"),
        (("7", "Petit", "Anne", dt.date(1999, 1, 1)), "doubtful"),
        # Twins of one name and one day, even with the number of one of them.
        (("3", "Martin", "Louise", dt.date(1990, 3, 4)), "doubtful"),
        # The number of somebody else.
        (("2", "Lefèvre", "Zoë", BORN), "doubtful"),
        (("", "Nobody", "Known", dt.date(1900, 1, 1)), "nobody"),
        (("99", "", "", None), "nobody"),
    ],
)
def test_p8_only_number_all_names_and_birth_date_of_one_line_are_beyond_doubt(roll, said, outcome):
    account("one")
    (row,) = plan_matching(roll, [claim("one", *said)]).rows
    assert row.outcome == outcome
    assert (row.found.exact is not None) == (outcome == "exact")


@given(
    st.lists(st.tuples(st.sampled_from("12"), st.sampled_from(["A", "B"]), st.sampled_from([BORN, None])), max_size=4),
    st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(["A", "B"]), st.sampled_from([BORN, None])),
)
def test_p8_property_nothing_is_exact_unless_it_is_one_line_alone(lines, said):
    numbered = {number: (family, born) for number, family, born in lines}
    roll = [Line(int(n), n, family, "", born, None) for n, (family, born) in numbered.items()]
    (found,) = find_lines([Claim(2, "a@example.org", said[0], said[1], "", said[2])], roll)
    same = [line.number for line in roll if (line.family_name, line.birth_date) == said[1:]]
    assert (found.exact is not None) == (said[2] is not None and same == [said[0]])


@pytest.mark.django_db
def test_what_is_exact_is_matched_and_what_is_doubtful_waits_and_again_is_the_same_as_once(roll, officer):
    """D19."""
    one, two = account("one"), account("two")
    claims = [claim("one", "1", "Lefèvre", "Zoë", BORN), claim("two", "3", "Martin", "Louise", dt.date(1990, 3, 4))]
    assert voting.match_by_file(roll=roll, claims=claims, by=officer) == {"matched": 1, "asked": 1}
    assert voting.match_by_file(roll=roll, claims=claims, by=officer) == {"matched": 0, "asked": 0}
    assert list(roll.entries.exclude(account=None).values_list("number", "account")) == [("1", one.pk)]
    assert Matching.objects.get().how == "file"
    question = MatchQuestion.objects.get()
    assert question.account == two and {entry.number for entry in candidates_of(question)} == {"3", "4"}
    assert Act.objects.filter(deed="accounts.matched").count() == 1
    assert "Martin" not in str(list(Act.objects.values())) and "two@" not in str(list(Act.objects.values()))


@pytest.mark.django_db
def test_only_confirmed_addresses_of_living_accounts_are_matched(roll, officer):
    account("young", is_confirmed=False)
    gone = account("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    rows = [claim(name, "1", "Lefèvre", "Zoë", BORN) for name in ("young", "gone", "never")]
    assert plan_matching(roll, rows).counts["no_account"] == 3
    assert voting.match_by_file(roll=roll, claims=rows, by=officer) == {"matched": 0, "asked": 0}


@pytest.mark.django_db
def test_p14_a_second_account_on_a_line_and_a_second_line_of_an_account_are_left_alone(roll, officer):
    first, second = account("first"), account("second")
    exact = ("1", "Lefèvre", "Zoë", BORN)
    voting.match_account(entry=roll.entries.get(number="1"), user=first)
    rows = [claim("first", *exact), claim("second", *exact)]
    assert [row.outcome for row in plan_matching(roll, rows).rows] == ["done", "taken"]
    other = claim("first", "2", "Roux", "Éloi", dt.date(1950, 1, 2))
    assert plan_matching(roll, [other]).rows[0].outcome == "elsewhere"
    EmailAddress.objects.create(user=second, email="again@example.org", verified=True)
    twice = [claim("second", "5"), claim("again", "6")]
    assert [row.outcome for row in plan_matching(roll, twice).rows] == ["doubtful", "twice"]
    assert voting.match_by_file(roll=roll, claims=[*rows, other], by=officer)["matched"] == 0


@pytest.mark.django_db
def test_a_person_chooses_and_every_refusal_leaves_the_question(roll, officer):
    account("one")
    voting.match_by_file(roll=roll, claims=[claim("one", "3", "Martin", "Louise")], by=officer)
    question = MatchQuestion.objects.get()
    third, fourth = (roll.entries.get(number=number) for number in "34")
    other = account("other")
    voting.match_account(entry=third, user=other)
    elsewhere = make_box(people=1, slug="elsewhere").roll.entries.get()
    for entry, by, refusal in (
        (third, officer, EntryTaken),
        (elsewhere, officer, NotOnTheRoll),
        (fourth, question.account, OwnAccount),
    ):
        with pytest.raises(refusal):
            voting.answer_question(question=question, entry=entry, by=by)
    assert MatchQuestion.objects.exists()
    for _tap in range(2):
        voting.answer_question(question=question, entry=fourth, by=officer)
    fourth.refresh_from_db()
    assert fourth.account == question.account and not MatchQuestion.objects.exists()
    assert Matching.objects.get(entry=fourth).how == "chosen"
    with pytest.raises(AccountTaken):
        voting.match_account(entry=roll.entries.get(number="5"), user=other)


@pytest.mark.django_db
def test_an_account_may_be_left_without_a_line(roll, officer):
    account("one")
    voting.match_by_file(roll=roll, claims=[claim("one", "3")], by=officer)
    voting.answer_question(question=MatchQuestion.objects.get(), entry=None, by=officer)
    assert not MatchQuestion.objects.exists() and not Matching.objects.exists()
    assert Act.objects.filter(deed="account.not_matched").count() == 1


@pytest.mark.django_db
def test_a_roll_that_was_forgotten_takes_no_file(roll, officer):
    Roll.objects.filter(pk=roll.pk).update(destroyed_at=dt.datetime.now(dt.UTC))
    with pytest.raises(RollInUse):
        voting.match_by_file(roll=roll, claims=[claim("one", "1")], by=officer)


def test_french_and_english_columns_in_csv_and_xlsx_say_the_same():
    rows = [
        ["Courriel", "Numéro", "Nom", "Prénom", "Né(e) le"],
        ["Zoe@Example.org", "1", "Lefèvre", "Zoë", "31/05/1980"],
    ]
    csv = "\n".join(";".join(row) for row in rows).encode()
    expected = (Claim(2, "zoe@example.org", "1", "Lefèvre", "Zoë", BORN),)
    assert read_claims(csv) == expected == read_claims(workbook(rows))


def test_every_bad_row_of_a_file_is_named_by_its_line():
    text = (
        "account;number;family_name;birth_date\n;1;;\nno address;1;;\n"
        "a@example.org;;Roux;\na@example.org;1;;31/31/1980\n"
        "b@example.org;1;Ro\u200bux;\nc@example.org;" + "9" * 41 + ";;\n"
    )
    with pytest.raises(BadTable) as bad:
        read_claims(text.encode())
    assert [(fault.line, fault.code) for fault in bad.value.faults] == [
        (2, "missing_value"), (3, "bad_email"), (4, "says_too_little"), (5, "bad_date"), (5, "duplicate_account"),
        (6, "hidden"), (7, "too_long"),
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["number;family_name", "account;given_name", "account;family_name"])
def test_a_file_without_the_needed_columns_is_refused(head):
    with pytest.raises(BadTable) as bad:
        read_claims(f"{head}\nx;y\n".encode())
    assert {fault.code for fault in bad.value.faults} == {"missing_column"}
