"""Django application of the jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.jobs"
    label = "jobs"
