# SPDX-License-Identifier: Apache-2.0
"""What comes together is done together; what cannot be done spoils nobody else's."""

from __future__ import annotations

import asyncio

import pytest

from kairan.lib.batching import Batching

Batches = list[tuple[str, list[int]]]


def batching(seen: Batches, *, most: int = 10) -> Batching[str, str, int, int]:
    """One worker that doubles numbers, and cannot bear seven."""

    async def work(_worker: str, key: str, numbers: list[int]) -> list[int]:
        await asyncio.sleep(0)
        seen.append((key, numbers))
        if 7 in numbers:
            raise ValueError(key)
        return [2 * number for number in numbers]

    return Batching(["worker"], work, most=most)


async def taken(seen: Batches, *given: tuple[str, int], most: int = 10) -> list[object]:
    doing = batching(seen, most=most)
    takes = (doing.take(key, number) for key, number in given)
    return await asyncio.gather(*takes, return_exceptions=True)


def test_everybody_gets_their_own_answer_and_keys_are_not_mixed() -> None:
    seen: Batches = []
    answers = asyncio.run(taken(seen, ("a", 1), ("b", 2), ("a", 3)))
    assert answers == [2, 4, 6]
    assert seen == [("a", [1, 3]), ("b", [2])]


def test_a_batch_has_no_more_than_the_most() -> None:
    seen: Batches = []
    asyncio.run(taken(seen, *(("a", number) for number in range(5)), most=2))
    assert [len(numbers) for _key, numbers in seen] == [2, 2, 1]


def test_one_that_fails_fails_alone() -> None:
    one, bad, other = asyncio.run(taken([], ("a", 1), ("a", 7), ("a", 2)))
    assert (one, other) == (2, 4)
    with pytest.raises(ValueError, match="a"):
        raise bad  # type: ignore[misc]


def test_what_was_taken_in_is_done_before_the_workers_go() -> None:
    async def stopped() -> tuple[int, list[str]]:
        doing = batching([])
        waiting = asyncio.ensure_future(doing.take("a", 4))
        await asyncio.sleep(0)
        workers = await doing.stop()
        return await waiting, workers

    assert asyncio.run(stopped()) == (8, ["worker"])
