"""OSI (Open Semantic Interchange, Apache Ossie): models of others as our definitions, and ours for others."""
