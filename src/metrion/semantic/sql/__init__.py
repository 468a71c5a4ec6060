"""From the logical plan to SQL: sqlglot nodes, quoted identifiers, every value a bind parameter."""
