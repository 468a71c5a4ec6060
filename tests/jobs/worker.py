"""A runner in a process of its own, to be killed.

Usage: worker.py FILE

Jobs: `test.append` appends its number to FILE, then dawdles; `test.effect` leaves one `test.trace` job
for its number, in the transaction that ends it.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import django

django.setup()

from metrion.jobs import actions, queue, runner  # noqa: E402 - Django first
from metrion.jobs.registry import Run, job  # noqa: E402

queue.LEASE = timedelta(seconds=1)  # type: ignore[misc]
runner.BEAT_SECONDS = 0.3  # type: ignore[misc]


@job("test.append", attempts=1000)
def append(run: Run) -> None:
    """Write one line, whole, then take a while."""
    handle = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{run.payload['number']}\n".encode())
    os.close(handle)
    time.sleep(0.03)


@job("test.effect", attempts=1000, atomic=True)
def effect(run: Run) -> None:
    """Leave a trace in the database."""
    actions.enqueue("test.trace", run.payload)
    time.sleep(0.03)


@job("test.trace", attempts=1000)
def trace(run: Run) -> None:
    """Nothing to do: that it exists is the trace."""


if __name__ == "__main__":
    print("ready", flush=True)
    while True:
        if not runner.run_one(f"worker-{os.getpid()}"):
            time.sleep(0.02)
