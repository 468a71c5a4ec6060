"""Cube's data models (cubes and views in YAML) as definitions."""
