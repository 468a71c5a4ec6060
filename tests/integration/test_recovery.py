"""What happens when the process dies, or the records are behind the lake."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from metrion.audit import reads as audit
from metrion.audit.schemas import Filters
from metrion.base.settings import get_settings
from metrion.integration import actions, reads, staging
from metrion.integration.errors import NotStaged, UploadBusy
from metrion.integration.models import LakeTable, Load, Upload
from metrion.integration.schemas import LoadRequest

if TYPE_CHECKING:
    from pathlib import Path

    from metrion.identity.schemas import Actor


class Died(BaseException):
    """The process ends here, without any more Python."""


def staged(actor: Actor, text: str = "a\n1\n2\n") -> Upload:
    return Upload.objects.get(pk=actions.stage_upload(actor, BytesIO(text.encode()), "t.csv").id)


def die_after_commit(actor: Actor, upload: Upload, monkeypatch: pytest.MonkeyPatch, key: str | None = None) -> None:
    def die(*_: object) -> None:
        raise Died

    monkeypatch.setattr("metrion.integration.actions.loading.finish", die)
    with pytest.raises(Died):
        actions.load_upload(actor, upload.id, LoadRequest(table="t", primary_key=("a",)), idempotency_key=key)
    monkeypatch.undo()


def test_a_commit_without_its_record_is_registered(engineer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = staged(engineer)
    die_after_commit(engineer, upload, monkeypatch)
    assert not LakeTable.objects.exists()
    assert actions.reconcile() == 1
    table = LakeTable.objects.get(name="t")
    assert (table.rows, table.version, table.primary_key, table.committed_by) == (2, 0, ["a"], "erin")
    load = Load.objects.get()
    assert (load.status, load.version, load.rows_loaded) == ("done", 0, 2)
    upload.refresh_from_db()
    assert upload.status == "loaded"
    assert not staging.folder_of(upload.id).exists()
    assert actions.reconcile() == 0


def test_the_registered_load_is_in_the_audit_trail(
    company: object, engineer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_after_commit(engineer, staged(engineer), monkeypatch)
    actions.reconcile()
    entries = audit.entries(company.actor("auditor"), Filters(action="data.loaded"), None).items  # type: ignore[attr-defined]
    assert [(entry.source, entry.detail["loaded_by"], entry.detail["rows"]) for entry in entries] == [
        ("system", "erin", 2)
    ]


def test_the_command_sent_again_after_the_crash_loads_nothing_twice(
    engineer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = staged(engineer)
    die_after_commit(engineer, upload, monkeypatch, key="k")
    request = LoadRequest(table="t", primary_key=("a",))
    again = actions.load_upload(engineer, upload.id, request, idempotency_key="k")
    assert (again.load.version, again.table.rows) == (0, 2)
    assert len(reads.lake().history("t")) == 1
    with pytest.raises(NotStaged):
        actions.load_upload(engineer, upload.id, request)


def test_a_load_that_died_before_its_commit_can_be_sent_again(engineer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = staged(engineer)

    def die(*_: object, **__: object) -> None:
        raise Died

    monkeypatch.setattr("metrion.lake.lake.Lake.write", die)
    with pytest.raises(Died):
        actions.load_upload(engineer, upload.id, LoadRequest(table="t"), idempotency_key="k")
    monkeypatch.undo()
    assert actions.reconcile() == 0
    assert Load.objects.get().status == "interrupted"
    done = actions.load_upload(engineer, upload.id, LoadRequest(table="t"), idempotency_key="k")
    assert done.table.rows == 2


def test_reconcile_leaves_running_loads_alone(engineer: Actor) -> None:
    upload = staged(engineer)
    Load.objects.create(table="t", upload_id=upload.id, mode="replace", filename="t.csv", sha256="", actor="erin")
    with staging.working_on(upload.id):
        actions.reconcile()
        assert Load.objects.get().status == "running"
        with pytest.raises(UploadBusy):
            actions.load_upload(engineer, upload.id, LoadRequest(table="t"))
    actions.reconcile()
    assert Load.objects.get().status == "interrupted"


def test_versions_written_by_others_are_registered(engineer: Actor) -> None:
    rows = pa.table({"a": [1]})
    reads.lake().write("foreign", rows.to_reader())
    reads.lake().write("foreign", rows.to_reader(), "append")
    assert actions.reconcile() == 2
    assert LakeTable.objects.get(name="foreign").rows == 2
    assert set(Load.objects.values_list("version", "status")) == {(0, "done"), (1, "done")}
    del engineer


def test_files_that_nobody_knows_of_are_removed_when_old(engineer: Actor) -> None:
    kept = staged(engineer)
    orphan, fresh = staging.folder() / "orphan", staging.folder() / "fresh"
    for place in (orphan, fresh):
        place.mkdir()
    long_ago = time.time() - 86_400
    for place in (orphan, staging.folder_of(kept.id)):
        os.utime(place, (long_ago, long_ago))
    actions.reconcile()
    assert (orphan.exists(), fresh.exists(), staging.folder_of(kept.id).exists()) == (False, True, True)


CHILD = """
import sys, django
django.setup()
from pathlib import Path
from metrion.identity.reads import actor_for
from metrion.integration import actions
actor = actor_for("erin", "cli")
for number in range(1000):
    print("start", flush=True)
    done = actions.load_file(actor, Path(sys.argv[1]), "killed", {}, "append")
    print("done", done.load.id, done.load.version, flush=True)
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.09, 0.15])
def test_killed_while_loading_nothing_acknowledged_is_lost_and_nothing_is_half(
    engineer: Actor, child_environment: dict[str, str], tmp_path: Path, delay: float
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "".join(f"{number},text {number}\n" for number in range(5_000)), encoding="utf-8")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], env=child_environment, stdout=subprocess.PIPE, text=True
    )
    acknowledged = []
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("done"):
            acknowledged.append(line.split()[1])
        elif len(acknowledged) == 2:
            break
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    acknowledged += [line.split()[1] for line in child.stdout if line.startswith("done")]
    child.wait()
    child.stdout.close()

    actions.reconcile()
    commits = reads.lake().history("killed")
    done = Load.objects.filter(status="done")
    assert {str(load.id) for load in done} >= set(acknowledged)
    assert {load.version for load in done} == {commit.version for commit in commits}
    assert not Load.objects.filter(status="running").exists()
    assert reads.snapshot("killed").rows == 5_000 * len(commits) == LakeTable.objects.get(name="killed").rows
    counted = reads.engine().run(f'SELECT count(*) FROM "{reads.engine().table_name(reads.snapshot("killed"))}"')
    assert counted.column(0)[0].as_py() == 5_000 * len(commits)
    assert get_settings().home.exists()
    del engineer
