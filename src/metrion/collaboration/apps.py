"""Django application of the collaboration room."""

from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.collaboration"
    label = "collaboration"
