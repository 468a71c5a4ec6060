"""Django application of the governance room."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.governance"
    label = "governance"
