# SPDX-License-Identifier: Apache-2.0
"""What every benchmark prints: one object, the same form for all."""

from __future__ import annotations

import json
import operator
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field

_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Target:
    metric: str
    op: str
    value: float


@dataclass
class Report:
    """Figures of one run; ``floor`` and ``peers`` were measured in the same run."""

    bench: str
    metrics: dict[str, float]
    floor: dict[str, float] = field(default_factory=dict)
    peers: dict[str, float | str] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    notes: dict[str, object] = field(default_factory=dict)

    def as_object(self) -> dict[str, object]:
        return {
            "bench": self.bench,
            "machine": machine(),
            "metrics": _rounded(self.metrics),
            "floor": _rounded(self.floor),
            "peers": self.peers,
            "targets": [self._judged(target) for target in self.targets],
            "notes": self.notes,
        }

    def _judged(self, target: Target) -> dict[str, object]:
        measured = self.metrics[target.metric]
        return {
            "metric": target.metric,
            "op": target.op,
            "value": target.value,
            "measured": round(measured, 4),
            "holds": _OPERATORS[target.op](measured, target.value),
        }

    def as_json(self) -> str:
        return json.dumps(self.as_object(), ensure_ascii=False)

    def as_text(self) -> str:
        lines = [f"── {self.bench} ({machine()['cores']} cores) ──"]
        lines += [f"{name:<44} {value:>12,.2f}" for name, value in self.metrics.items()]
        lines += [f"floor: {name:<37} {value:>12,.2f}" for name, value in self.floor.items()]
        lines += [f"peer: {name:<38} {_shown(figure):>12}" for name, figure in self.peers.items()]
        for target in map(self._judged, self.targets):
            verdict = "holds" if target["holds"] else "MISSED"
            lines.append(
                f"target: {target['metric']} {target['op']} {target['value']}: "
                f"{target['measured']} {verdict}"
            )
        return "\n".join(lines)


def machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; ``share`` from 0 to 1."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


def _shown(figure: float | str) -> str:
    return figure if isinstance(figure, str) else f"{figure:,.2f}"
