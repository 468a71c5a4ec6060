"""The demo company: one real business line (retail) and three generated ones, with people and metrics."""
