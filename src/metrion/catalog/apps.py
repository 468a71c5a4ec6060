"""Django application of the catalog room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.catalog"
    label = "catalog"
