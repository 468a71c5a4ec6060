"""What every room needs and nothing else: errors, ids, clock, settings, paging, canonical bytes."""
