"""Django application of the query room."""

from django.apps import AppConfig


class QueryConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.query"
    label = "query"
