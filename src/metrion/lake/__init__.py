"""The embedded warehouse: Delta tables, their snapshots and versions, and the reading of files into them. Pure."""

from metrion.lake.lake import Commit, Lake, Snapshot

__all__ = ["Commit", "Lake", "Snapshot"]
