"""Django application of the audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the tables of this room and takes the records of the rooms below."""

    name = "metrion.audit"
    label = "audit"

    def ready(self) -> None:
        """Become the trail that identity writes to."""
        from metrion.audit.actions import record  # noqa: PLC0415 - models load only now
        from metrion.identity.ports import plug_recorder  # noqa: PLC0415 - see above

        plug_recorder(record)
