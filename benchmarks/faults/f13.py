"""F13: files that mean harm, through every door where a file comes in (X1 to X6).

Each file of ``benchmarks.paper.hostile`` is sent to each upload of the office over HTTP, as an officer who was handed a
USB stick would, and laid among the photos that scanner stations bring. What must hold of each: an answer that is no
error of ours, within ``MOST_S``; nothing written but an act and a failed or refused batch; no process over
``MOST_MIB``. Afterwards an honest scan is read as ever, and so is the largest one.
"""

from __future__ import annotations

import hashlib
import io
import resource
import time
from collections import Counter
from typing import Any

FIGURE = "40 hostile files through every upload: refused or without effect, ≤ 5 s, ≤ 512 MiB, and the worker lives"
SMALL = {"files": 6, "honest_pages": 1}
MOST_S, MOST_MIB = 5.0, 512
HONEST = (7016, 9921)  # A3 at 600 dpi
# What a form asks for before it opens the file.
BESIDE = {"document": {"words": "A bench"}, "space": {"slug": "copied"}}


def run(seed: int, *, files: int = 43, honest_pages: int = 400) -> tuple[bool, dict[str, Any]]:
    from benchmarks.paper.hostile import corpus

    house, before_mib = House(seed), _peak_mib(resource.RUSAGE_CHILDREN)
    every = list(corpus().items())
    chosen = every[:: max(1, len(every) // files)][:files]
    slowest, told, bad = 0.0, Counter[str](), []
    for name, make in chosen:
        data = make()
        for route in house.routes:
            started = time.process_time(), _children_s()
            answer = house.send(route, name, data)
            # The reader's own process is waited for: its work is ours.
            took = time.process_time() - started[0] + _children_s() - started[1]
            slowest = max(slowest, took)
            told[f"{route}: {answer}"] += 1
            if took > MOST_S or answer.startswith("error") or not house.is_untouched():
                bad.append(f"{route}, {name}: {answer}, {took:.1f} s")
    counts = {
        "files": len(chosen),
        "routes": len(house.routes),
        "answers": dict(sorted(told.items())),
        "bad": bad,
        "slowest_s": round(slowest, 2),
        "reader_peak_mib": _peak_of_readers(before_mib),
        "own_peak_mib": _peak_mib(resource.RUSAGE_SELF),
        "honest_after": house.reads_honest(),
    }
    counts |= house.reads_largest(honest_pages)
    return is_passed(counts, honest_pages), counts


def is_passed(counts: dict[str, Any], honest_pages: int) -> bool:
    return (
        not counts["bad"]
        and counts["slowest_s"] <= MOST_S
        and (counts["reader_peak_mib"] or 0) <= MOST_MIB
        and counts["honest_after"] is True
        and counts["largest_read"] == honest_pages
    )


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_of_readers(before_mib: int) -> int | None:
    """None where another child of this process had needed more before: then it cannot be told."""
    peak = _peak_mib(resource.RUSAGE_CHILDREN)
    return peak if peak > before_mib else None


def _peak_mib(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


class House:
    """A vote with its session, roll and devices, and an officer who may do everything."""

    def __init__(self, seed: int) -> None:
        from django.test import Client
        from django.urls import reverse

        from tests.server.paper_bench import Paper
        from tests.server.votes import make_vote

        self.paper = Paper(make_vote(people=3, passes=2, letters=False), seed)
        vote = self.paper.vote
        vote.officer.is_superuser = vote.officer.is_staff = True
        vote.officer.save()
        self.client = Client(raise_request_exception=False)
        self.client.force_login(vote.officer)
        space, roll, session = vote.box.space.slug, vote.box.roll.pk, vote.session.ref
        ideas, documents = (vote.box.space.components.create(kind=kind).pk for kind in ("proposals", "documents"))
        self.addresses = {
            "scans": reverse("paper:scans", args=[session]),
            "cards": reverse("cards:scans", args=[space, ideas]),
            "projects": reverse("office_budgets:import", args=[space]),
            "proposals": reverse("office_proposals:import", args=[space, ideas]),
            "document": reverse("office_enclosures:documents", args=[space, documents]),
            "space": reverse("office:import_space"),
            "plan": reverse("office_plans:plan"),
            "roll": reverse("office_voting:roll_import", args=[space, roll]),
            "accounts": reverse("office_voting:match_file", args=[space, roll]),
            "outbox": reverse("office_devices:import", args=[session]),
            "witness": reverse("office_witnesses:file"),
        }
        self.routes = [*self.addresses, "photo"]
        self.before = self._facts()

    def _facts(self) -> tuple[int, ...]:
        """How many there are of all that no such file may make. A photo without harm may become a document."""
        from server.budgets.models import Project
        from server.cards.models import Card
        from server.ledger.models import Record
        from server.paper.models import Reading
        from server.plans.models import TownPlan
        from server.processes.models import Space
        from server.proposals.models import Proposal
        from server.voting.models import RollEntry

        automatic = Reading.objects.filter(status="automatic").count()
        made = (Project, Proposal, RollEntry, Record, Space, TownPlan, Card)
        return *(model.objects.count() for model in made), automatic

    def is_untouched(self) -> bool:
        return self._facts() == self.before

    def send(self, route: str, name: str, data: bytes) -> str:
        """What became of the file, in a word."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        from server.cards.models import CardBatch
        from server.cards.scanning import read_batch as read_cards
        from server.office.jobs import run_job
        from server.office.models import Job
        from server.paper.actions import read_batch
        from server.paper.models import ScanBatch

        if route == "photo":
            return self._photo(data)
        known, cards, jobs = (set(model.objects.values_list("pk", flat=True)) for model in (ScanBatch, CardBatch, Job))
        field = "files" if route in ("scans", "cards") else "file"
        sent = {field: SimpleUploadedFile(f"{name}.pdf", data), **BESIDE.get(route, {})}
        answer = self.client.post(self.addresses[route], sent)
        if answer.status_code >= 500 or answer.status_code == 404:
            return f"error {answer.status_code}"
        # What the worker would do next.
        try:
            said = {f"job {run_job(job).state}" for job in Job.objects.exclude(pk__in=jobs)}
        except Exception as bug:  # whatever it is, a file from outside called it forth
            return f"error {type(bug).__name__}"
        said |= {read_batch(batch=batch).status for batch in ScanBatch.objects.exclude(pk__in=known)}
        said |= {read_cards(batch=batch).status for batch in CardBatch.objects.exclude(pk__in=cards)}
        return " ".join([str(answer.status_code), *sorted(said)])

    def _photo(self, data: bytes) -> str:
        """As an image that a scanner station brought beside its record."""
        from server.paper import storage
        from server.paper.actions import read_batch
        from server.paper.scanning import enter_file

        session = self.paper.vote.session
        path = storage.upload_folder(session.ref) / storage.new_name("photo", ".bin")
        path.write_bytes(data)
        digest = hashlib.sha256(b"photo" + data).hexdigest()
        batch, _is_new = enter_file(
            session=session, filename="photo", file=storage.relative(path), digest=digest, by=None
        )
        return read_batch(batch=batch).status

    def reads_honest(self) -> bool:
        [sheet] = self.paper.sheets(self.paper.print(1))
        [reading] = self.paper.read(self.paper.mark(sheet, self._first(), style="cross"))
        return bool(reading.status == "automatic")

    def _first(self) -> str:
        return self.paper.layout.pages[0].marks[0].choice

    def reads_largest(self, pages: int) -> dict[str, Any]:
        """A scan of A3 at 600 dpi, in grey, of many pages: each is a sheet of its own, marked."""
        import cv2
        import numpy as np

        from printouts import simulate

        run = self.paper.print(pages)
        run.refresh_from_db()
        from server.paper import storage

        def seen() -> Any:
            for sheet in simulate.rasterise(storage.absolute(run.file), dpi=150):
                marked = self.paper.mark(sheet, self._first(), style="cross")
                page = np.full(HONEST[::-1], 255, np.uint8)
                page[300:7316, 300:5260] = cv2.resize(marked, (4960, 7016), interpolation=cv2.INTER_CUBIC)
                yield page

        out = io.BytesIO()
        simulate.scan_pdf(seen(), out, dpi=600)
        data = out.getvalue()
        batch = self.paper.upload(data, "a3.pdf")
        states = Counter(batch.readings.values_list("status", flat=True))
        return {
            "largest_pages": pages,
            "largest_bytes": len(data),
            "largest_read": states["automatic"],
            "largest_peak_mib": _peak_mib(resource.RUSAGE_CHILDREN),
        }
