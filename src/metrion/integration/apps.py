"""Django application of the integration room."""

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.integration"
    label = "integration"
