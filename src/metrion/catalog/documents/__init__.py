"""Metadata documents made from the catalogue itself, so that they are never out of date."""
