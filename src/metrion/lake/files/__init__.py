"""Reading files that people bring: CSV, Excel and Parquet, into typed columns or a list of faults."""
