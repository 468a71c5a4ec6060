"""What all importers of foreign models share: the report, the codes, the expressions."""
