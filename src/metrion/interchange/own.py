"""Our own YAML as one more format of the import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.errors import Faults
from metrion.interchange.foreign.errors import BadForeignFile
from metrion.interchange.foreign.report import Imported
from metrion.interchange.yaml_text import from_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.foreign.report import Surroundings
    from metrion.semantic.model import Definition


def import_own(files: Mapping[str, str], around: Surroundings) -> Imported:
    """Return the definitions of our own texts; they say themselves which domain they belong to."""
    del around
    found: list[Definition] = []
    faults: list[BadForeignFile] = []
    for file, text in files.items():
        for document in from_yaml(text):
            faults += [
                BadForeignFile(file=file, line=fault.line, zh=fault.text.zh, en=fault.text.en)
                for fault in document.faults
            ]
            if document.definition is not None:
                found.append(document.definition)
    if faults:
        raise Faults(faults)
    return Imported(tuple(found))
