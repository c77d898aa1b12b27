"""What the machines that watch are told: alive, ready, figures; and what nobody is told."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from server.operations import figures, health, worker
from server.operations.models import WorkerSign
from server.voting.models import Box
from server.web.address import read_networks
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "HOUSE", figures.House())


@pytest.fixture
def working() -> None:
    worker.give_sign("here")


def checks(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_a_process_that_lives_says_so_whatever_the_database_does(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_an_installation_with_all_its_parts_is_ready(client: Client, working: None):
    assert checks(client) == (200, dict.fromkeys(health.CHECKS, "ok"))


def test_without_a_sign_of_a_worker_it_is_not_ready(client: Client, working: None):
    WorkerSign.objects.update(seen_at=timezone.now() - timedelta(seconds=health.WORKER_SILENT_S + 5))
    status, found = checks(client)
    assert (status, found["worker"]) == (503, "silent")


def test_with_a_migration_missing_it_is_not_ready(client: Client, working: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "wanted_migrations", lambda: frozenset({("voting", "9999_of_tomorrow")}))
    assert checks(client)[1]["migrations"] == "missing"


def test_on_a_full_disk_it_is_not_ready(client: Client, working: None, settings):
    settings.PARVIS_LEAST_FREE_MB = 10**12
    assert checks(client)[1]["disk"] == "full"


def test_a_layer_that_answers_nobody_is_told_and_not_waited_for(client: Client, working: None, settings):
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]}}
    }
    status, found = checks(client)
    assert (status, found["channel_layer"]) == (503, "failed")


def test_they_answer_by_whatever_name_a_container_calls_them(client: Client, settings):
    settings.ALLOWED_HOSTS, settings.PARVIS_ORIGIN = ["vote.town.example"], "https://vote.town.example"
    assert client.get("/healthz", headers={"Host": "pages:8000"}).status_code == 200
    assert client.get("/about/", headers={"Host": "pages:8000"}).status_code == 400


def test_readiness_tells_words_and_nothing_of_our_insides(client: Client, working: None, monkeypatch):
    def broken() -> str:
        raise OSError("could not connect to postgres://parvis:secret@database")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    answer = client.get("/readyz")
    assert answer.json()["checks"]["database"] == "failed"
    assert b"secret" not in answer.content


class TestWhoMayReadTheFigures:
    def test_this_machine_may(self, client: Client):
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200

    def test_others_find_no_such_page(self, client: Client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404

    @pytest.mark.parametrize("trusted", [[], ["127.0.0.1"]])
    def test_x16_a_visitor_behind_a_proxy_on_this_machine_is_not_this_machine(self, client, settings, trusted):
        settings.PARVIS_TRUSTED_PROXIES = read_networks(trusted)
        for claim in ("203.0.113.7", "127.0.0.1"):
            answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": claim})
            assert answer.status_code == 404

    def test_with_a_token_only_the_token_counts(self, client: Client, settings):
        settings.PARVIS_METRICS_TOKEN = "a long token of the town"
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        answer = client.get(
            "/metrics", headers={"Authorization": "Bearer a long token of the town"}, REMOTE_ADDR="203.0.113.7"
        )
        assert answer.status_code == 200


def figures_of(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    rows = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _space, value in rows}


def test_requests_are_counted_by_route_and_no_address_becomes_a_figure(client: Client):
    for number in range(3):
        client.get(f"/v/nobody{number}/")
    client.get("/no/such/page/4711/")
    found = figures_of(client)
    assert found['parvis_requests_total{method="GET",route="v/<str:ref>/",status="404"}'] >= 3
    assert found['parvis_requests_total{method="GET",route="unknown",status="404"}'] >= 1
    assert not [name for name in found if "nobody" in name or "4711" in name]


def test_an_invented_method_makes_no_new_figure(client: Client):
    client.generic("BREW", "/")
    assert not [name for name in figures_of(client) if "BREW" in name]


def test_what_is_done_in_the_booth_is_counted_together(client: Client):
    box: Box = make_vote().box
    address = box.get_absolute_url()
    client.get(address)
    client.post(f"{address}enter/", {"code": "wrong"})
    booth = [name for name in figures_of(client) if "vote" in name and "parvis_requests_total" in name]
    assert booth == []
    assert [name for name in figures_of(client) if 'method="any",route="the booth"' in name]


def test_pushes_of_devices_are_counted_by_their_outcome(client: Client):
    before = figures_of(client).get('parvis_ingest_batches_total{outcome="refused"}', 0)
    client.post("/api/v1/push", b"nonsense", content_type="application/x-ndjson")
    assert figures_of(client)['parvis_ingest_batches_total{outcome="refused"}'] == before + 1


def test_the_figures_say_how_many_tasks_wait_and_are_asked_seldom(client: Client, django_assert_max_num_queries):
    waiting_task()
    found = figures_of(client)
    assert found["parvis_queue_depth"] == 1
    assert found['parvis_tasks{status="READY",task="sign_checkpoint_task"}'] == 1
    assert found["parvis_worker_age_seconds"] == -1
    with django_assert_max_num_queries(0):
        client.get("/metrics")


def waiting_task(**facts) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path="server.ledger.tasks.sign_checkpoint_task",
        backend_name="default",
        args_kwargs={"args": [], "kwargs": {}},
        run_after=timezone.now(),
        **facts,
    )


class TestLostTasks:
    """A worker was killed while it worked (S7)."""

    @pytest.fixture
    def long_ago(self):
        return timezone.now() - timedelta(minutes=5)

    def test_the_task_of_a_dead_worker_is_taken_up_again(self, long_ago):
        task = waiting_task(status="RUNNING", started_at=long_ago, worker_ids=["dead"])
        assert worker.take_up_lost_tasks() == 1
        task.refresh_from_db()
        assert task.status == "READY"
        assert worker.take_up_lost_tasks() == 0

    def test_the_task_of_a_living_worker_is_left_however_long_it_takes(self, long_ago):
        worker.give_sign("busy")
        waiting_task(status="RUNNING", started_at=long_ago, worker_ids=["dead", "busy"])
        assert worker.take_up_lost_tasks() == 0

    def test_a_task_just_begun_is_left(self):
        waiting_task(status="RUNNING", started_at=timezone.now(), worker_ids=["new"])
        assert worker.take_up_lost_tasks() == 0

    def test_a_task_that_took_three_workers_with_it_has_failed(self, long_ago):
        task = waiting_task(status="RUNNING", started_at=long_ago, worker_ids=["a", "b", "c"])
        worker.take_up_lost_tasks()
        task.refresh_from_db()
        assert task.status == "FAILED"
        assert "WorkerLost" in task.exception_class_path


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stumbles_goes_on(monkeypatch: pytest.MonkeyPatch):
    mine, calls = worker.HouseWorker(), []

    def run() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the database went away for a moment")
        mine.stop()

    monkeypatch.setattr(mine._worker, "run", run)
    monkeypatch.setattr(mine, "_give_signs", lambda: None)
    monkeypatch.setattr(mine._stop, "wait", lambda timeout=None: False)
    thread = threading.Thread(target=mine.run)
    thread.start()
    thread.join(timeout=20)
    assert len(calls) == 2


class TestRequestNumbers:
    def test_each_answer_names_its_request(self, client: Client):
        numbers = {client.get("/healthz")["X-Request-ID"] for _time in range(3)}
        assert len(numbers) == 3

    def test_the_number_of_our_proxy_is_kept_and_a_strangers_is_not(self, client: Client, settings):
        settings.PARVIS_TRUSTED_PROXIES = read_networks(["127.0.0.1"])
        named = {"X-Request-ID": "0123456789abcdef"}
        assert client.get("/healthz", headers=named)["X-Request-ID"] == "0123456789abcdef"
        assert client.get("/healthz", headers=named, REMOTE_ADDR="203.0.113.7")["X-Request-ID"] != "0123456789abcdef"
        nasty = {"X-Request-ID": json.dumps({"level": "error"})}
        assert "{" not in client.get("/healthz", headers=nasty)["X-Request-ID"]
