"""A participatory budget from its blueprint to the answer of the town: an organiser makes and publishes it, a resident
signs up, proposes, endorses and comments, an official answers, and the phase closes only with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import PATIENCE_MS, Hall, Person

pytestmark = pytest.mark.e2e
SLUG, ORGANISER = "budget-2027", "organiser@villeneuve.example"
FIRST = ("Des arceaux à vélos devant l’école", "Vingt enfants viennent à vélo. Dix arceaux, près du portail.")
SECOND = ("Garer les vélos devant l’école", "Un abri avec des arceaux pour les vélos des enfants.")
COMMENT, ANSWER = "Et un toit contre la pluie !", "Dix arceaux seront posés avant la rentrée."
PROMISE_KEPT = "Vingt idées lues, douze gardées, chacune avec sa réponse."


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    assert [told for person in hall.people for told in person.complaints] == []
    hall.leave()


def follow(person: Person, words: str) -> None:
    person.page.locator("main").get_by_role("link", name=words).first.click()
    person.page.wait_for_load_state()


def make_budget(hall: Hall) -> Person:
    """From the blueprint, looked at as a draft, then published."""
    organiser = hall.person()
    organiser.log_in(ORGANISER)
    organiser.go("/office/")
    follow(organiser, "Make a space")
    page = organiser.page
    page.locator("main [name=blueprint][value=participatory_budget]").check()
    yesterday = date.today() - timedelta(days=1)  # a phase begins in the morning, and tests run at night too
    page.locator("main [name=first_day]").fill(yesterday.isoformat())
    page.locator("main [name=title_fr]").fill("Budget de la ville 2027")
    page.locator("main [name=title_en]").fill("Budget of the town 2027")
    page.locator("main [name=slug]").fill(SLUG)
    organiser.press("Make the space", page.locator("main"))
    page.wait_for_url(f"**/office/{SLUG}/**")
    assert hall.person().context.request.get(f"{hall.url}/spaces/{SLUG}/").status == 404
    organiser.go(f"/office/{SLUG}/")
    follow(organiser, "Publish it")
    page.locator("main [name=is_public]").check()
    organiser.press("Save the space", page.locator("main"))
    organiser.shot("a published budget")
    return organiser


def sign_up(hall: Hall, email: str) -> Person:
    resident = hall.person()
    resident.go(f"/spaces/{SLUG}/")
    resident.page.locator("main").get_by_role("link", name="Propose something").first.click()
    resident.page.locator("main").get_by_role("link", name="sign up").first.click()
    resident.page.locator("main [name=email]").fill(email)
    resident.page.locator("main [name=password1]").fill("une phrase assez longue")
    resident.page.locator("main form button.act").first.click()
    resident.page.wait_for_load_state()
    return resident


def propose(resident: Person, title: str, body: str) -> None:
    resident.go(f"/spaces/{SLUG}/")
    follow(resident, "Propose something")
    resident.page.locator("main [name=title]").fill(title)
    resident.page.locator("main [name=body]").fill(body)


def publish(resident: Person) -> str:
    """What is typed becomes a draft, then is published. Returns the address of its page."""
    resident.press("Look at it before publishing")
    resident.press("Publish my proposal")
    resident.sees("Your proposal is published.")
    return resident.page.url


def test_from_the_blueprint_to_the_answer(hall: Hall) -> None:
    organiser = make_budget(hall)

    first = sign_up(hall, f"lea@{SLUG}.example")
    propose(first, *FIRST)
    address = publish(first)

    second = sign_up(hall, f"marc@{SLUG}.example")
    propose(second, *SECOND)
    alike = second.page.locator("[data-preview]")
    expect(alike.get_by_role("link", name=FIRST[0])).to_be_visible(timeout=PATIENCE_MS)
    second.shot("a similar idea")
    with second.context.expect_page() as opened:  # in a window of its own: what was typed stays
        alike.get_by_role("link", name=FIRST[0]).click()
    expect(second.page.locator("main [name=title]")).to_have_value(SECOND[0])
    second.page = opened.value
    second.press("Endorse", second.page.locator("#endorsements"))
    expect(second.page.locator("#endorsements .giant-count")).to_have_text("1")
    second.page.locator("main [name=text]").fill(COMMENT)
    second.press("Publish the comment", second.page.locator("#write"))
    expect(second.page.locator("#thread")).to_contain_text(COMMENT)
    second.shot("a proposal")

    organiser.go(address.replace(f"/spaces/{SLUG}/", f"/office/{SLUG}/"))
    organiser.page.locator("main [name=state]").select_option(label="Retained")
    organiser.page.locator("main [name=answer_fr]").fill(ANSWER)
    organiser.press("Publish the answer")
    first.go(address)
    expect(first.page.locator("#answer")).to_contain_text(ANSWER)
    first.shot("an answer")

    organiser.go(f"/office/{SLUG}/phases/")
    follow(organiser, "End")
    organiser.press("End the phase")
    organiser.go(f"/office/{SLUG}/phases/")
    follow(organiser, "Close the phase")
    expect(organiser.page.locator("main").get_by_role("button", name="Close the phase")).to_have_count(0)
    organiser.go(f"/office/{SLUG}/phases/")
    follow(organiser, "Answer")
    organiser.page.locator("main [name=answer_fr]").fill(PROMISE_KEPT)
    organiser.press("Publish the answer")
    organiser.go(f"/office/{SLUG}/phases/")
    follow(organiser, "Close the phase")
    organiser.press("Close the phase", organiser.page.locator("main"))
    first.go(f"/spaces/{SLUG}/")
    first.sees(PROMISE_KEPT)
    first.sees("The phase is closed.")
    propose_again = first.page.locator("main").get_by_role("link", name="Propose something")
    expect(propose_again).to_have_count(0)
