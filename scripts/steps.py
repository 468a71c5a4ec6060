"""Steps of the set-up: each prints what it does and how long it took, and is not repeated when nothing changed.

A step is done when its stamp in `.cache/stamps` holds the fingerprint of its inputs. The stamp is written
after the step, atomically: a step that was interrupted is simply run again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ROOT / ".cache"
STAMPS: Final = CACHE / "stamps"
_UNREAD: Final = {"node_modules", "__pycache__", "dist"}


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """Return a digest of the contents of files and folders, and of further words."""
    total = sha256()
    for path in paths:
        for file in sorted(_files(path)):
            total.update(str(file.relative_to(ROOT)).encode())
            total.update(sha256(file.read_bytes()).digest())
    for word in extra:
        total.update(word.encode())
    return total.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name not in _UNREAD:
        for inner in path.iterdir():
            yield from _files(inner)


def step(name: str, title: str, mark: str, work: Callable[[], None], *made: Path) -> None:
    """Do `work` unless the stamp `name` holds `mark` and everything that it `made` is still there."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == mark and all(path.exists() for path in made):
        say(f"{title}: up to date")
        return
    say(f"{title} ...")
    started = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_suffix(".new")
    draft.write_text(mark)
    draft.replace(stamp)
    say(f"{title}: done in {time.monotonic() - started:.1f} s")


def say(line: str) -> None:
    """Print one line of progress at once."""
    print(f"metrion: {line}", file=sys.stderr, flush=True)


def tried(*command: str) -> bool:
    """Run a tool that may fail, without its output; return whether it did what it should."""
    say(" ".join(command))
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def apt_installed(*packages: str) -> bool:
    """Install packages where this is Debian and we are root; return whether they are there now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    return tried("apt-get", "update", "-qq") and tried("apt-get", "install", "-y", "-qq", *packages)


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run a tool; when it fails, say which and end with its exit code."""
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        say(f"failed ({done.returncode}): {' '.join(words)}")
        raise SystemExit(done.returncode if done.returncode > 0 else 1)
