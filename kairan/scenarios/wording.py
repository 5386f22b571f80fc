# SPDX-License-Identifier: Apache-2.0
"""Text in several languages, as definitions carry it.

A definition's words belong to the resident's language, chosen per run, not to the language of the
staff member's browser; that is why they live in the data and not in a gettext catalogue.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, RootModel, StringConstraints, model_validator

LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
SOURCE_LANGUAGE = "ja"
EASY_JAPANESE = "ja-simple"
# What a new question says until somebody has written it; the check lets nobody publish it.
UNWRITTEN = "(ここに質問を書いてください)"

Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN, max_length=20)]
Words = Annotated[str, StringConstraints(min_length=1)]


class Text(RootModel[Words | dict[Language, Words]]):
    """One text. A plain string is Japanese; a mapping must hold `ja`."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "propertyNames": {"pattern": LANGUAGE_PATTERN},
                    "additionalProperties": {"type": "string", "minLength": 1},
                    "required": [SOURCE_LANGUAGE],
                },
            ]
        },
    )

    root: Words | dict[Language, Words] = Field()

    @model_validator(mode="after")
    def has_japanese(self) -> Self:
        if isinstance(self.root, dict) and SOURCE_LANGUAGE not in self.root:
            raise ValueError("Japanese (ja) is missing")
        return self

    @property
    def by_language(self) -> dict[str, str]:
        return {SOURCE_LANGUAGE: self.root} if isinstance(self.root, str) else self.root

    def said(self, language: str) -> str:
        """The text in `language`, or the nearest language that a reader of it may understand."""
        if isinstance(self.root, str):
            return self.root
        for tongue in nearest_languages(language):
            if tongue in self.root:
                return self.root[tongue]
        return self.root[SOURCE_LANGUAGE]


def nearest_languages(language: str) -> tuple[str, ...]:
    """vi → vi, en, ja-simple, ja; ja-simple → ja-simple, ja. Plain Japanese before Japanese."""
    primary = language.partition("-")[0]
    if primary == SOURCE_LANGUAGE:
        return (language, SOURCE_LANGUAGE)
    return (language, primary, "en", EASY_JAPANESE, SOURCE_LANGUAGE)
