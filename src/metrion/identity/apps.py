"""Django application of the identity room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Registers the tables of this room and listens to what people do with their accounts."""

    name = "metrion.identity"
    label = "identity"

    def ready(self) -> None:
        """Put log-ins and changes of credentials on record."""
        from metrion.identity.accounts import trail  # noqa: PLC0415 - models load only now

        trail.connect()
