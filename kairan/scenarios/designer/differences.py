# SPDX-License-Identifier: Apache-2.0
"""What changed between two definitions, in sentences for the staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.scenarios.conditions import Condition
from kairan.scenarios.definition import (
    AnyStep,
    Branch,
    Choice,
    Contact,
    Definition,
    End,
    HandedOver,
    Option,
    ReportResult,
    Urgent,
    Way,
)
from kairan.scenarios.designer.describing import (
    OUTCOMES,
    condition_words,
    named_step,
    short,
    step_name,
    type_name,
)
from kairan.scenarios.languages import language_name
from kairan.scenarios.wording import Text

LONGEST = 200
# Fields with one plain value, by their names on the form.
FIELDS: dict[str, Promise] = {
    "required": gettext_lazy("必ず答える"),
    "min_length": gettext_lazy("最少の文字数"),
    "max_length": gettext_lazy("最多の文字数"),
    "pattern": gettext_lazy("書き方の決まり"),
    "min": gettext_lazy("下限"),
    "max": gettext_lazy("上限"),
    "decimals": gettext_lazy("小数"),
    "mode": gettext_lazy("日付・時刻"),
    "typed": gettext_lazy("住所を書いて答えられる"),
    "refine": gettext_lazy("地図で直せる"),
    "accept_outside": gettext_lazy("市の外も受け付ける"),
    "image": gettext_lazy("画像"),
}
TEXTS: dict[str, Promise] = {
    "text": gettext_lazy("文"),
    "heading": gettext_lazy("短い名前"),
    "hint": gettext_lazy("補足の文"),
    "outside": gettext_lazy("市の外のときの文"),
    "unit": gettext_lazy("単位"),
}


@dataclass(frozen=True)
class Change:
    """`step` is "" for the whole; `kind`: added, removed, changed, moved."""

    step: str
    kind: str
    text: str


def differences(old: Definition, new: Definition) -> list[Change]:
    """In the order of the new steps; removed ones first. Empty when nothing a resident or the
    staff would notice is different."""
    found = [Change("", "changed", text) for text in _whole(old, new)]
    for step in old.steps:
        if step.id not in new.by_id:
            found.append(Change(step.id, "removed", _("{step}を削除").format(step=_name(step))))
    moved = _moved(old, new)
    for step in new.steps:
        before = old.by_id.get(step.id)
        if before is None:
            found.append(Change(step.id, "added", _("{step}を追加").format(step=_name(step))))
            continue
        if step.id in moved:
            found.append(Change(step.id, "moved", _("{step}を移動").format(step=_name(step))))
        if before != step:
            found += [
                Change(step.id, "changed", _("{step}: {change}").format(step=_name(step), change=c))
                for c in _step(before, step, old, new)
            ]
        if _onward(old, step.id) != _onward(new, step.id) and step.id not in moved:
            target = _onward(new, step.id)
            text = _("{step}: 次の進み先を変更 → {target}").format(
                step=_name(step), target=named_step(new, target) if target else _("なし")
            )
            found.append(Change(step.id, "changed", text))
    return found


def _name(step: AnyStep) -> str:
    return _("『{name}』({kind})").format(name=step_name(step), kind=type_name(step.type))


def _onward(definition: Definition, step_id: str) -> str | None:
    """Where it goes, if both know that place: a step put between is told as such."""
    return definition.onward(definition.by_id[step_id])


def _moved(old: Definition, new: Definition) -> set[str]:
    before = [step.id for step in old.steps if step.id in new.by_id]
    after = [step.id for step in new.steps if step.id in old.by_id]
    if before == after:
        return set()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    stayed = {after[b + i] for _a, b, size in matcher.get_matching_blocks() for i in range(size)}
    return set(after) - stayed


def _whole(old: Definition, new: Definition) -> Iterator[str]:
    yield from _text(str(_("題名")), old.title, new.title)
    for language in new.languages:
        if language not in old.languages:
            yield _("言語「{name}」を追加").format(name=language_name(language))
    for language in old.languages:
        if language not in new.languages:
            yield _("言語「{name}」を削除").format(name=language_name(language))
    if old.first != new.first:
        yield _("はじめの質問を変更 → {step}").format(step=named_step(new, new.first))


def _text(name: str, old: Text | None, new: Text | None) -> Iterator[str]:
    if old is None and new is None:
        return
    before = old.by_language if old else {}
    after = new.by_language if new else {}
    for language in dict.fromkeys([*before, *after]):
        a, b = before.get(language, ""), after.get(language, "")
        if a == b:
            continue
        tongue = "" if language == "ja" else _("({name})").format(name=language_name(language))
        yield _changed(name + tongue, a, b)


def _changed(name: str, before: str, after: str) -> str:
    before, after = _cut(before), _cut(after)
    if not before:
        return _("{name}を追加: {after}").format(name=name, after=after)
    if not after:
        return _("{name}を削除: {before}").format(name=name, before=before)
    return _("{name}を変更: {before} → {after}").format(name=name, before=before, after=after)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _step(old: AnyStep, new: AnyStep, was: Definition, now: Definition) -> Iterator[str]:
    if old.type != new.type:
        yield _("種類を変更: {before} → {after}").format(
            before=type_name(old.type), after=type_name(new.type)
        )
        return
    for field, name in TEXTS.items():
        a, b = getattr(old, field, None), getattr(new, field, None)
        if isinstance(a, Text | None) and isinstance(b, Text | None):
            yield from _text(str(name), a, b)
    for field, name in FIELDS.items():
        a, b = getattr(old, field, None), getattr(new, field, None)
        if a != b:
            yield _changed(str(name), _plain(a), _plain(b))
    match old, new:
        case Choice(), Choice():
            yield from _options(old.options, new.options, was, now)
        case Branch(), Branch():
            yield from _ways(old.ways, new.ways, was, now)
        case Urgent(), Urgent():
            yield from _contacts(old.contacts, new.contacts, was, now)
            if old.called_next != new.called_next:
                yield _("電話したあとの進み先を変更 → {target}").format(
                    target=_target(now, new.called_next)
                )
        case End(), End():
            yield from _outcome(old, new)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _target(definition: Definition, step_id: str | None) -> str:
    return named_step(definition, step_id) if step_id else _("次の質問")


def _options(
    old: tuple[Option, ...], new: tuple[Option, ...], was: Definition, now: Definition
) -> Iterator[str]:
    before = {option.value: option for option in old}
    after = {option.value: option for option in new}
    for value, option in before.items():
        if value not in after:
            yield _("選択肢『{label}』を削除").format(label=option.label.said("ja"))
    for value, option in after.items():
        label = option.label.said("ja")
        if value not in before:
            yield _("選択肢『{label}』を追加").format(label=label)
            continue
        earlier = before[value]
        yield from _text(
            _("選択肢『{label}』の文").format(label=earlier.label.said("ja")),
            earlier.label,
            option.label,
        )
        if earlier.words != option.words:
            yield _changed(
                _("選択肢『{label}』の言いかえ").format(label=label),
                _("、").join(earlier.words),
                _("、").join(option.words),
            )
        if earlier.next != option.next:
            yield _("選択肢『{label}』の進み先を変更: {before} → {after}").format(
                label=label, before=_target(was, earlier.next), after=_target(now, option.next)
            )
        if earlier.image != option.image:
            yield _("選択肢『{label}』の画像を変更").format(label=label)
    kept = [v for v in before if v in after]
    if kept != [v for v in after if v in before]:
        yield _("選択肢の順番を変更")


def _ways(
    old: tuple[Way, ...], new: tuple[Way, ...], was: Definition, now: Definition
) -> Iterator[str]:
    before = [_way(way, was) for way in old]
    after = [_way(way, now) for way in new]
    for text in before:
        if text not in after:
            yield _("分かれ道「{way}」を削除").format(way=text)
    for text in after:
        if text not in before:
            yield _("分かれ道「{way}」を追加").format(way=text)
    if sorted(before) == sorted(after) and before != after:
        yield _("分かれ道の順番を変更")


def _way(way: Way, definition: Definition) -> str:
    step = definition.by_id.get(way.next)
    target = short(step_name(step)) if step else named_step(definition, way.next)
    return f"{condition_words(way.when, definition)} → {target}"


def _contacts(
    old: tuple[Contact, ...], new: tuple[Contact, ...], was: Definition, now: Definition
) -> Iterator[str]:
    before = {contact.name.said("ja"): contact for contact in old}
    after = {contact.name.said("ja"): contact for contact in new}
    for name in before:
        if name not in after:
            yield _("電話先『{name}』を削除").format(name=name)
    for name, contact in after.items():
        if name not in before:
            yield _("電話先『{name}』を追加({number})").format(
                name=name, number=contact.number or contact.directory or _("番号なし")
            )
            continue
        earlier = before[name]
        yield from _text(_("電話先『{name}』の名前").format(name=name), earlier.name, contact.name)
        for field, label in (("number", _("電話番号")), ("directory", _("電話帳の名前"))):
            a, b = getattr(earlier, field) or "", getattr(contact, field) or ""
            if a != b:
                yield _changed(_("電話先『{name}』の{label}").format(name=name, label=label), a, b)
        if earlier.hours != contact.hours:
            yield _("電話先『{name}』の時間帯を変更").format(name=name)
        if earlier.when != contact.when:
            yield _("電話先『{name}』を出す条件を変更: {before} → {after}").format(
                name=name, before=_when(earlier.when, was), after=_when(contact.when, now)
            )
    if list(before) != list(after) and set(before) == set(after):
        yield _("電話先の順番を変更")


def _when(condition: Condition | None, definition: Definition) -> str:
    return condition_words(condition, definition) if condition else _("いつも")


def _outcome(old: End, new: End) -> Iterator[str]:
    a, b = old.outcome, new.outcome
    if a.type != b.type:
        yield _changed(str(_("結果")), str(OUTCOMES[a.type]), str(OUTCOMES[b.type]))
    elif isinstance(a, ReportResult) and isinstance(b, ReportResult) and a.kind != b.kind:
        yield _changed(str(_("通報の種類")), a.kind, b.kind)
    elif isinstance(a, HandedOver) and isinstance(b, HandedOver):
        yield from _text(str(_("案内する機関")), a.authority, b.authority)
        yield from _plain_pairs(
            {_("電話番号"): (a.number, b.number), _("電話帳の名前"): (a.directory, b.directory)}
        )


def _plain_pairs(pairs: Mapping[str, tuple[str | None, str | None]]) -> Iterator[str]:
    for name, (before, after) in pairs.items():
        if before != after:
            yield _changed(name, before or "", after or "")
