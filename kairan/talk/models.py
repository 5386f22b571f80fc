# SPDX-License-Identifier: Apache-2.0
"""Rooms and what is said in them, between positions.

Messages and their recipients are written by one database function (``storing``), so that a message
is numbered, addressed and told in one statement. A message's number in its room (``number``) grows
without gaps: a page that has 1–7 and gets 9 knows that it misses 8.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.files.models import StoredFile
from kairan.municipalities.models import MAX_NAME_LENGTH, Area, TownModel
from kairan.people.models import Person
from kairan.people.positions.models import Group, Position
from kairan.talk.limits import MAX_TEXT


class RoomQuerySet(models.QuerySet["Room"]):
    def open(self) -> RoomQuerySet:
        return self.filter(closed_at__isnull=True)


class Room(TownModel):
    """トーク: a place where its members talk. Closed, never deleted."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("1対1")
        GROUP = "group", _("グループ")
        # Everybody who holds a position.
        EVERYONE = "everyone", _("全員")
        # Everybody reads, only the office writes.
        ANNOUNCEMENT = "announcement", _("お知らせ")
        # Who holds a position in the area or below it; follows the tree.
        AREA = "area", _("地域")

    kind = models.CharField(_("種類"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名前"), max_length=MAX_NAME_LENGTH, blank=True)
    picture = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="rooms"
    )
    # Membership follows the group's.
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="rooms"
    )
    # «12:45», the smaller id first: two positions have one room of their own.
    pair = models.CharField(max_length=50, null=True, blank=True)
    # Whether who joins later reads what was said before.
    shows_history = models.BooleanField(_("前のやりとりも見せる"), default=True)
    last_number = models.BigIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "pair"], name="one_room_of_a_pair"),
            models.CheckConstraint(
                condition=models.Q(kind="direct", pair__isnull=False)
                | (~models.Q(kind="direct") & models.Q(pair__isnull=True)),
                name="direct_rooms_have_a_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> MemberQuerySet:
        return self.filter(left_at__isnull=True)


class Member(TownModel):
    """A position in a room. Who leaves and comes back gets a second row."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="members")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="memberships")
    manages = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    # Only messages with a greater number are shown.
    sees_after = models.BigIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "position"],
                condition=models.Q(left_at__isnull=True),
                name="once_in_a_room",
            )
        ]
        indexes = [
            models.Index(
                fields=["position", "room"],
                condition=models.Q(left_at__isnull=True),
                name="rooms_of_position",
            )
        ]


class Importance(models.IntegerChoices):
    QUIET = 0, _("ふだん")
    IMPORTANT = 1, _("大切")
    URGENT = 2, _("緊急")


class Message(TownModel):
    """One message. Its text is emptied when it is recalled; nothing else ever changes."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文章")
        PHOTOS = "photos", _("写真")
        FILE = "file", _("ファイル")
        PLACE = "place", _("地図の場所")
        STAMP = "stamp", _("スタンプ")
        # What happened to the room itself: who joined, who left, a new name.
        EVENT = "event", _("できごと")

    # Found with its number, so it needs no index of its own; nor does a recipient's message.
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    number = models.BigIntegerField()
    # The sender's own name for it: sent twice, it is one message.
    client_id = models.UUIDField(default=uuid.uuid4)
    # Who speaks, and the person behind it then. An event has neither.
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    text = models.TextField(max_length=MAX_TEXT, blank=True)
    stamp = models.CharField(max_length=20, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answered_by"
    )
    forwarded_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="forwards"
    )
    # Ids of positions; [0] means everybody in the room.
    mentions = models.JSONField(default=list)
    importance = models.PositiveSmallIntegerField(choices=Importance.choices, default=0)
    # 必読: each recipient is asked to confirm, and reminded until they have.
    must_confirm = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="message_number_in_room"),
            models.UniqueConstraint(fields=["municipality", "client_id"], name="message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}-{self.number}"


class Attachment(TownModel):
    """A photo or a file of a message; before it is sent it belongs to nobody but its sender."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(
        "files.StoredDocument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stored__isnull=False, document__isnull=True)
                | models.Q(stored__isnull=True, document__isnull=False),
                name="attachment_is_photo_or_document",
            )
        ]


class Recipient(TownModel):
    """Who was to read a message: fixed when it is sent. The position reads; a person did it."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="received", db_index=False
    )
    number = models.BigIntegerField()
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    # When push and mail have done for this one what is to be done.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="recipient_once")
        ]
        indexes = [
            models.Index(
                fields=["position", "room", "number"],
                condition=models.Q(read_at__isnull=True),
                name="unread_of_position",
            )
        ]


class Reaction(TownModel):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "position", "mark"], name="reaction_once")
        ]


class Pin(TownModel):
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="pins")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="pins")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message"], name="pinned_once")]


class RoomSetting(TownModel):
    """What one person keeps about a room on all their devices: a draft, and whether it is quiet."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="settings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="room_settings")
    muted = models.BooleanField(default=False)
    draft = models.TextField(max_length=MAX_TEXT, blank=True)
    draft_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="one_setting_of_a_room")
        ]


class TalkRules(TownModel):
    """Who may begin a talk with whom; one row a town. Any leader and the office always may."""

    leaders_among_themselves = models.BooleanField(_("役員どうしのトーク"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="one_set_of_rules")]
