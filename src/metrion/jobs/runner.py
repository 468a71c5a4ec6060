"""Runs jobs: a few threads that claim, work, keep the lease alive and note the outcome."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import structlog
from django.db import DatabaseError, connection, transaction

from metrion.jobs import queue, registry
from metrion.jobs.errors import LeaseLost, UnknownJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrion.jobs.models import Job

_log = structlog.stdlib.get_logger("metrion.jobs")

IDLE_SECONDS: Final = 1.0
SCHEDULE_SECONDS: Final = 5.0
BEAT_SECONDS: Final = queue.LEASE.total_seconds() / 3


def run_one(worker: str) -> bool:
    """Claim and run one job; False when none was due."""
    job = queue.claim(worker)
    if job is None:
        return False
    with structlog.contextvars.bound_contextvars(job=job.name, job_id=str(job.id), attempt=job.attempts):
        try:
            declared = registry.definition(job.name)
        except UnknownJob as fault:
            queue.fail(job, str(fault), most_attempts=8)
            _log.exception("job has no handler")
            return True
        _run(job, declared)
    return True


def _run(job: Job, declared: registry.Definition) -> None:
    run = registry.Run(job.id, job.payload, job.attempts, job.lease, lambda: queue.hold(job))
    try:
        if declared.attempts < job.attempts:  # Its workers died each time: do not let it kill another.
            queue.fail(job, job.error or "the worker died during the job", declared.attempts)
        elif declared.atomic:
            with transaction.atomic():
                declared.handler(run)
                queue.finish(job)
        else:
            with _beating(job):
                declared.handler(run)
            queue.finish(job)
    except LeaseLost:
        _log.warning("job was taken over by another worker")
    except Exception as fault:  # noqa: BLE001 - any failure belongs to the job's record, not to the runner
        _log.exception("job failed")
        queue.fail(job, f"{type(fault).__name__}: {fault}"[:2000], declared.attempts)
    else:
        _log.info("job done")


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Keep the lease alive while the block runs."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(BEAT_SECONDS):
                try:
                    if not queue.extend(job):
                        return
                except DatabaseError:
                    _log.warning("heart-beat missed", exc_info=True)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="job-heart-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Runner:
    """The runner of one process: `start`, later `stop`."""

    def __init__(self, threads: int = 2) -> None:
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"jobs-{number}", daemon=True)
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._schedule, name="jobs-schedule", daemon=True))

    def start(self) -> None:
        """Begin to claim and run."""
        registry.load()
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 20.0) -> bool:
        """Claim no more and wait for what runs, `patience` seconds in all; False if some is still running.

        What still runs then loses its lease and is run again by the next process.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(patience / len(self._threads))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, number: int) -> None:
        try:
            while not self._stop.is_set():
                if not self._guarded(lambda: run_one(f"{self._name}:{number}")):
                    self._stop.wait(IDLE_SECONDS)
        finally:
            connection.close()

    def _schedule(self) -> None:
        try:
            while not self._stop.is_set():
                self._guarded(lambda: queue.enqueue_due() > 0)
                self._stop.wait(SCHEDULE_SECONDS)
        finally:
            connection.close()

    def _guarded(self, step: Callable[[], bool]) -> bool:
        """Run one step; a database that is away for a while must not end the thread."""
        try:
            return step()
        except DatabaseError:
            _log.exception("the database is not reachable")
            connection.close()
            return False
