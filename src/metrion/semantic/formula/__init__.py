"""The formula language: one grammar for row expressions over columns and for formulas over metrics."""
