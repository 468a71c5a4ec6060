"""Django application of the identity room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.identity"
    label = "identity"
