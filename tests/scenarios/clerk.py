# SPDX-License-Identifier: Apache-2.0
"""A clerk at the pages of the designer, with htmx and without."""

from __future__ import annotations

from typing import Any

from django.test import Client

from kairan.scenarios.definition import Definition
from kairan.scenarios.models import Scenario
from kairan.scenarios.queries import draft_of, draft_row

HTMX = {"HX-Request": "true"}
LIST = "/console/scenarios/"


class Designer:
    """A clerk at the editor of one scenario."""

    def __init__(self, client: Client, scenario: Scenario) -> None:
        self.client, self.scenario = client, scenario
        self.base = f"{LIST}{scenario.pk}/"

    @property
    def draft(self) -> Definition:
        return draft_of(self.scenario)

    @property
    def ids(self) -> list[str]:
        return [step.id for step in self.draft.steps]

    @property
    def revision(self) -> int:
        draft = draft_row(self.scenario)
        return draft.revision if draft else 0

    def arrange(self, do: str, **more: Any) -> Any:
        data = {"do": do, "seen": self.revision, **more}
        return self.client.post(f"{self.base}arrange/", data, headers=HTMX)

    def open(self, step: str) -> dict[str, Any]:
        """What the form of the step would send as it stands."""
        page = self.client.get(f"{self.base}steps/{step}/", headers=HTMX)
        return {"seen": page.context["form"].seen, **flat(page.context["form"].sheet)}

    def save(self, step: str, form: dict[str, Any], **changes: Any) -> Any:
        data = {"do": "save", **form, **changes}
        return self.client.post(f"{self.base}steps/{step}/", data, headers=HTMX)

    def change(self, step: str, **changes: Any) -> Any:
        return self.save(step, self.open(step), **changes)

    def publish(self, seen: int | None = None) -> Any:
        data = {"seen": self.revision if seen is None else seen}
        return self.client.post(f"{self.base}publish/", data)


def flat(value: Any, name: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {
            k: v
            for key, part in value.items()
            for k, v in flat(part, f"{name}.{key}" if name else key).items()
        }
    if isinstance(value, list) and value and isinstance(value[0], str):
        return {f"{name}[]": value}
    if isinstance(value, list):
        return {k: v for i, part in enumerate(value) for k, v in flat(part, f"{name}.{i}").items()}
    return {name: value} if value else {}


def text_of(response: Any) -> str:
    return str(response.content.decode())
