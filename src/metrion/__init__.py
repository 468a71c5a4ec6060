"""Metrion 度衡: enterprise metric management."""

__version__ = "0.1.0"
