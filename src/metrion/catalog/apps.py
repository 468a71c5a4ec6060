"""Django application of the catalog room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from metrion.semantic.model import DatasetDef


class CatalogConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Answer identity's question for the columns of a published dataset."""
        from metrion.identity.ports import plug_datasets  # noqa: PLC0415 - models load only now

        plug_datasets(_published_dataset)


def _published_dataset(code: str) -> DatasetDef | None:
    from metrion.catalog.reads import published_dataset  # noqa: PLC0415 - loaded when first asked, not by every command

    return published_dataset(code)
