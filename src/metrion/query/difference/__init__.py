"""Why two numbers differ: two receipts compared, factor by factor, with what each factor explains."""

from metrion.query.difference.explain import explain, explain_questions
from metrion.query.difference.recent import recent

__all__ = ["explain", "explain_questions", "recent"]
