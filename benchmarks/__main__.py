"""`make bench`: print every measurement. Ratios matter; absolute times depend on the machine."""

from __future__ import annotations

from benchmarks import answering, catalogue, company, compiling, peers
from benchmarks.measure import HEADER


def main() -> None:
    """Fill the demo company once, then measure."""
    print("Preparing the demo company")
    company.start()
    print(HEADER)
    for part in (compiling.rows, answering.rows, catalogue.rows):
        for row in part():
            print(row.line(), flush=True)
    print()
    for line in peers.lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
