"""The manufacturing line, generated: machines, production by shift, downtime events."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa

from metrion.demo.story import MACHINE_DEGRADES, SEED, day_kind, days, is_working_day

if TYPE_CHECKING:
    from datetime import date

SHIFTS = ("day", "night")
PLANNED_MINUTES = 480
_REASONS = ("changeover", "breakdown", "material", "inspection")


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine; `rate` is its ideal output in units per hour."""

    id: str
    plant: str
    line: str
    model: str
    rate: int


MACHINES = tuple(
    Machine(
        f"M{number:02d}",
        "PLANT_A" if number <= 6 else "PLANT_B",
        f"L{(number - 1) // 3 + 1}",
        ("Press-200", "Mill-80", "Weld-5")[number % 3],
        (120, 90, 150)[number % 3],
    )
    for number in range(1, 13)
)


def machines() -> pa.Table:
    """Return the 12 machines."""
    return pa.table(
        {
            "machine_id": [machine.id for machine in MACHINES],
            "plant": [machine.plant for machine in MACHINES],
            "line": [machine.line for machine in MACHINES],
            "model": [machine.model for machine in MACHINES],
            "ideal_rate": pa.array([machine.rate for machine in MACHINES], pa.int64()),
        }
    )


def shifts_of(day: date) -> tuple[str, ...]:
    """Return the shifts worked: both on working days, 调休 ones too; one on plain Saturdays; none on holidays."""
    if is_working_day(day):
        return SHIFTS
    return SHIFTS[:1] if day_kind(day) == "weekend" and day.weekday() == 5 else ()


def production_and_downtime() -> tuple[pa.Table, pa.Table]:
    """Return production per machine, day and shift, and the stops that explain its lost minutes."""
    dice = Random(SEED)
    rows: list[tuple[object, ...]] = []
    stops: list[tuple[object, ...]] = []
    for day in days():
        slow = max(0, (day - MACHINE_DEGRADES.start).days) * 0.0012
        for machine in MACHINES:
            wear = slow if machine.id == "M07" else 0.0
            for shift in shifts_of(day):
                lost = 0
                for _ in range(dice.choices((0, 1, 2), (55, 35, 10))[0]):
                    minutes = min(dice.randint(6, 70), PLANNED_MINUTES - lost)
                    lost += minutes
                    stops.append((len(stops) + 1, day, machine.id, shift, dice.choice(_REASONS), minutes))
                run = PLANNED_MINUTES - lost
                ideal = run * machine.rate // 60
                total = int(ideal * min(1.0, max(0.2, dice.gauss(0.93, 0.025) - wear)))
                scrap = int(total * min(0.5, max(0.0, dice.gauss(0.022, 0.006) + wear * 0.25)) + 0.5)
                energy = round(run * machine.rate / 60 * dice.uniform(0.38, 0.42), 2)
                rows.append((day, shift, machine.id, PLANNED_MINUTES, run, ideal, total, total - scrap, scrap, energy))
    production = pa.Table.from_arrays(
        [pa.array(column) for column in zip(*rows, strict=True)],
        names=[
            "production_date", "shift", "machine_id", "planned_minutes", "run_minutes",
            "ideal_units", "total_units", "good_units", "scrap_units", "energy_kwh",
        ],
    )  # fmt: skip
    downtime = pa.Table.from_arrays(
        [pa.array(column) for column in zip(*stops, strict=True)],
        names=["event_id", "event_date", "machine_id", "shift", "reason", "minutes"],
    )
    return production, downtime


def production() -> pa.Table:
    """Return production per machine, day and shift."""
    return production_and_downtime()[0]


def downtime_events() -> pa.Table:
    """Return one row per stop."""
    return production_and_downtime()[1]
