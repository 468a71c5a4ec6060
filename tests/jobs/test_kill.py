"""Workers are killed with SIGKILL in the middle of their work: every job still ends, none is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metrion.jobs import actions
from metrion.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

JOBS = 30
KILLS = 6


@contextmanager
def _worker(environment: dict[str, str], file: Path) -> Iterator[subprocess.Popen[bytes]]:
    script = Path(__file__).with_name("worker.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(file)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_repeat_no_atomic_effect(
    child_environment: dict[str, str], tmp_path: Path
) -> None:
    for number in range(JOBS):
        actions.enqueue("test.append", {"number": number})
        actions.enqueue("test.effect", {"number": number})
    file = tmp_path / "lines"
    moments = random.Random(7)
    for _ in range(KILLS):
        with _worker(child_environment, file):
            time.sleep(moments.uniform(0.02, 0.4))
    with _worker(child_environment, file), _worker(child_environment, file):
        deadline = time.monotonic() + 60
        while Job.objects.exclude(state=Job.State.DONE).exists():
            assert time.monotonic() < deadline, Counter(Job.objects.values_list("name", "state"))
            time.sleep(0.1)
    lines = Counter(int(line) for line in file.read_text().split())
    assert set(lines) == set(range(JOBS)), "at least once"
    assert sum(lines.values()) <= JOBS + KILLS, "a job is repeated only because a kill hit it"
    traces = Counter(
        payload["number"] for payload in Job.objects.filter(name="test.trace").values_list("payload", flat=True)
    )
    assert traces == Counter(range(JOBS)), "exactly once"
