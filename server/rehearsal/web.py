"""The web door of a rehearsal: real HTTP through the real forms, with a letter's code or with an account."""

from __future__ import annotations

import random
import secrets
from concurrent.futures import ThreadPoolExecutor

from server.voting.ballots import Answer
from server.voting.definitions import Definition
from server.voting.web_answers import fields_of

from .measure import Measure
from .plan import Plan
from .site import Page, Site, SiteFailed, Visitor
from .town import Town

# As many people at once as keep one server process busy.
AT_ONCE = 4


def vote_online(plan: Plan, town: Town, site: Site, rng: random.Random, measure: Measure) -> None:
    """Everyone of the web door, and those whose online ballot must later give way to the one in person."""
    queue = [(place, voter.answer, voter.by_account) for place, voter in enumerate(plan.voters) if voter.door == "web"]
    queue += [(place, voter.extra, False) for place, voter in enumerate(plan.voters) if voter.extra_door == "web"]
    rng.shuffle(queue)

    def vote(job: tuple[int, Answer, bool]) -> None:
        place, answer, by_account = job
        visitor = site.visitor()
        try:
            cast(visitor, town, place, answer, by_account=by_account)
        finally:
            visitor.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _nothing in enumerate(pool.map(vote, queue), start=1):
            measure.progress(done, len(queue), "online ballots")


def cast(visitor: Visitor, town: Town, place: int, answer: Answer, *, by_account: bool) -> str:
    """One person votes; returns the receipt's number."""
    address = f"/spaces/{town.space.slug}/vote/{town.box.ref}/"
    if by_account:
        sign_up(visitor, f"voter{place}@rehearsal.example")
        entrance = _ok(visitor.get(address))
        entrance = _ok(visitor.submit(entrance, {"code": town.letters[place].grouped}, f"{address}claim/"))
        ballot = _ok(visitor.submit(entrance, {"by_account": "1"}, f"{address}enter/"))
    else:
        entrance = _ok(visitor.get(address))
        ballot = _ok(visitor.submit(entrance, {"code": town.letters[place].grouped}, f"{address}enter/"))
    marked = fields_of(Definition.of(town.box).rules[0], answer)
    review = _ok(visitor.submit(ballot, [*marked, ("step", "review")], f"{address}ballot/"))
    # Without JavaScript the review page carries the choices; the server seals them.
    receipt = _ok(visitor.submit(review, [*marked, ("step", "cast")], f"{address}ballot/"))
    number = receipt.url.rstrip("/").rpartition("/")[2]
    if len(number) != 64 or number not in receipt.text:
        raise SiteFailed(f"no receipt, but {receipt.url}")
    return number


def sign_up(visitor: Visitor, email: str) -> None:
    form = _ok(visitor.get("/accounts/signup/"))
    _ok(visitor.submit(form, {"email": email, "password1": secrets.token_urlsafe(16)}))


def _ok(page: Page) -> Page:
    if page.status != 200:
        raise SiteFailed(f"{page.url} answered {page.status}: {page.text[:500]}")
    return page
