"""`python -m metrion.cli`."""

from metrion.cli.main import run

run()
