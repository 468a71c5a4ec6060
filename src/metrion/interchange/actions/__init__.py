"""Bringing definitions in: our own texts, and the models of other tools."""

from metrion.interchange.actions.foreign import import_foreign
from metrion.interchange.actions.texts import import_folder, import_texts

__all__ = ["import_folder", "import_foreign", "import_texts"]
