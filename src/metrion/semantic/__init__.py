"""The metric language: definitions, formulas, validation, logical plan, SQL. Pure, no Django, no I/O."""
