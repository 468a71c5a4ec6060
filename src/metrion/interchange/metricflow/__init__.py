"""MetricFlow: semantic models, metrics and saved queries as dbt projects write them, in and out."""
