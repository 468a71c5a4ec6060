"""Django application of the audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the tables of this room."""

    name = "metrion.audit"
    label = "audit"
