# SPDX-License-Identifier: Apache-2.0
"""Every address of the project, and what each kind of person is answered there: one table.

``tests/test_permissions.py`` fails when an address is missing here, or answers otherwise;
``tests/test_neighbours.py`` visits all of them as the neighbour town. A new address is one line:

    "room:name": Address(ADMINISTRATORS),                                  a page of one's own town
    "room:name": Address(HANDLERS_OF_ROADS, POST, ids=a_case),             a thing of ひのくに市

Answers stand in the order of ``ROLES``:

    ok      the page, or what follows a form (a mistake to mend, the next page)
    login   first to the sign-in, and back
    seat    first to the leaders' sign-in: who has no seat is nobody there
    403     seen, but not allowed
    404     there is no such thing, for this person
    gone    a link that works no more
    confirm first the password or the second factor once more
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.files.actions import store_photo
from kairan.intake.models import IncomingMail, IncomingPhoto
from kairan.line.menus.actions import begin_with_default
from kairan.line.models import LineChannel, MenuEdition, MenuPage, MenuPicture
from kairan.mail.models import TrayMail
from kairan.municipalities.geojson import features_of
from kairan.municipalities.models import AreaDraft
from kairan.open311.keys import make_key
from kairan.people.actions import RoleIn, invite
from kairan.people.invitations import invitation_for
from kairan.people.models import Person, Role
from kairan.people.positions.models import Group, Position, Tenure
from kairan.reports.actions.forgetting import ask_erasure
from kairan.reports.actions.showing import show_case, show_photo
from kairan.reports.models import (
    AnswerTemplate,
    Authority,
    BulkJob,
    CallBack,
    Handover,
    ReportKind,
    ReportPhoto,
    SavedView,
    ShownCase,
    Tag,
)
from kairan.residents.models import Resident
from kairan.scenarios.actions import install_ready
from kairan.scenarios.models import Tester
from kairan.talk.models import Member, Room
from kairan.talk.storing import say
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.people.positions.factories import a_chair
from tests.portal.factories import a_report, offered_road

ROLES = (
    "nobody",
    "viewer",
    "waste_clerk",
    "roads_clerk",
    "roads_manager",
    "administrator",
    "neighbour_administrator",
)

#                    nobody viewer waste  roads  manager admin neighbour
ANYBODY = "           ok     ok     ok     ok     ok      ok    ok"
ANYBODY_OURS = "      ok     ok     ok     ok     ok      ok    404"
NOBODY_HERE = "       404    404    404    404    404     404   404"
SIGNED_IN = "         login  ok     ok     ok     ok      ok    ok"
SIGNED_IN_NO_SUCH = " login  404    404    404    404     404   404"
SIGNED_IN_CONFIRMS = "login  confirm confirm confirm confirm confirm confirm"
CLERKS = "            login  403    ok     ok     ok      ok    ok"
CLERKS_OURS = "       login  403    ok     ok     ok      ok    404"
CLERKS_NO_SUCH = "    login  403    404    404    404     404   404"
MANAGERS = "          login  403    403    403    ok      ok    ok"
MANAGERS_OURS = "     login  403    403    403    ok      ok    404"
ADMINISTRATORS = "    login  403    403    403    403     ok    ok"
ADMINISTRATORS_OURS = "login 403   403    403    403     ok    404"
DESK_OURS = "         login  403    403    403    404     ok    404"
ADMINISTRATORS_NO_SUCH = "login 403 403  403    403     404   404"
OWNERS_ALONE = "      login  404    404    404    404     ok    404"
NO_SEAT = "           seat   seat   seat   seat   seat    seat  seat"
# JSON for a device: 401 where a page would send to the sign-in.
NO_SEAT_JSON = "      login  403    403    403    403     403   403"
NO_CASES = "          login  403    404    404    404     404   404"
ADMINISTRATORS_OWN = " login  403    404    404    404     ok    404"
SEES_ROADS = "        login  ok     404    ok     ok      ok    404"
HANDLES_ROADS = "     login  403    404    ok     ok      ok    404"

GET, POST, BOTH = ("get",), ("post",), ("get", "post")
Ids = Mapping[str, object]


def no_ids(cast: Cast) -> Ids:
    return {}


@dataclass(frozen=True)
class Address:
    """``ids`` makes the thing of ひのくに市 that the address names (in the test's transaction).

    ``secret`` marks links that are themselves the key: whoever has one may open it.
    """

    answers: str
    methods: tuple[str, ...] = GET
    ids: Callable[[Cast], Ids] = no_ids
    secret: bool = False


def given(**ids: object) -> Callable[[Cast], Ids]:
    return lambda _cast: ids


def a_person(cast: Cast) -> Ids:
    return {"person_id": cast.viewer.pk}


def a_passkey(cast: Cast) -> Ids:
    return {"pk": Authenticator.objects.create(user=cast.viewer, type="webauthn", data={}).pk}


def a_department(cast: Cast) -> Ids:
    return {"department_id": cast.waste.pk}


def an_invitation(cast: Cast) -> Ids:
    roles = [RoleIn(Role.VIEWER, None)]
    person = invite(acting=PROGRAM, email="new@example.jp", name="新人 さくら", roles=roles)
    return {"token": invitation_for(person)}


def a_scenario(cast: Cast) -> Ids:
    """One that residents may begin."""
    return {"key": offered_road().key}


def a_case(cast: Cast) -> Ids:
    return {"case_id": a_report(cast).case_id}


def a_note(cast: Cast) -> Ids:
    return {**a_case(cast), "panel": "note"}


def an_entry(cast: Cast) -> Ids:
    case = a_report(cast).case
    return {"case_id": case.pk, "entry_id": case.entries.first().pk}


def a_photo(cast: Cast) -> Ids:
    stored = store_photo(acting=PROGRAM, content=jpeg())
    report = a_report(cast)
    kept = ReportPhoto.objects.create(report=report, stored=stored)
    return {"case_id": report.case_id, "photo_id": kept.pk}


def a_large_photo(cast: Cast) -> Ids:
    return {**a_photo(cast), "variant": "large"}


def a_saved_view(cast: Cast) -> Ids:
    view = SavedView.objects.create(person=cast.administrator, name="ひのくにの一覧", query="q=a")
    return {"view_id": view.pk}


def a_tag(cast: Cast) -> Ids:
    return {"tag_id": Tag.objects.create(name="ひのくにの札").pk}


def a_bulk_job(cast: Cast) -> Ids:
    job = BulkJob.objects.create(person=cast.administrator, verb="tag", summary="ひのくにの札")
    return {"job_id": job.pk}


def a_mail(cast: Cast) -> Ids:
    text = "ひのくに市のお知らせ"
    return {"mail_id": TrayMail.objects.create(to="a@example.jp", subject=text, text=text).pk}


def a_kind(cast: Cast) -> Ids:
    return {"kind_id": ReportKind.objects.create(key="other", name="ひのくにの種類").pk}


def an_authority(cast: Cast) -> Ids:
    return {"authority_id": Authority.objects.create(name="ひのくに土木事務所").pk}


def a_handover(cast: Cast) -> Ids:
    authority = Authority.objects.create(name="ひのくに土木事務所")
    report = a_report(cast)
    return {"handover_id": Handover.objects.create(case=report.case, authority=authority).pk}


def an_api_key(cast: Cast) -> Ids:
    return {"key_id": make_key(acting=PROGRAM, name="ひのくにのアプリ")[0].pk}


def a_service(cast: Cast) -> Ids:
    return {"code": a_report(cast).kind.key, "form": "json"}


def a_request(cast: Cast) -> Ids:
    return {"number": a_report(cast).receipt_number, "form": "xml"}


def a_token(cast: Cast) -> Ids:
    return {"token": a_report(cast).receipt_number, "form": "xml"}


def a_template(cast: Cast) -> Ids:
    made = AnswerTemplate.objects.create(title="ひのくにの文例", text="ありがとうございます")
    return {"template_id": made.pk}


def a_report_link(cast: Cast) -> Ids:
    return {"token": a_report(cast).token}


def a_report_photo(cast: Cast) -> Ids:
    """A photo that the report does not have."""
    return {**a_report_link(cast), "photo_id": 1, "variant": "large"}


def a_shown_photo(cast: Cast) -> Ids:
    """The copy of a case's photo; its case is on the public map."""
    ids = a_photo(cast)
    photo = ReportPhoto.objects.select_related("report__case__kind").get(pk=ids["photo_id"])
    case, person = photo.report.case, cast.administrator
    ReportKind.objects.filter(pk=case.kind_id).update(shows_cases=True)
    case.kind.refresh_from_db()
    show_case(acting=person, case=case, title="ひのくにの街灯", precision="rough")
    copy = show_photo(acting=person, case=case, photo=photo, boxes=[])
    return {"case_id": case.pk, "photo_id": copy.pk}


def a_photo_for_everybody(cast: Cast) -> Ids:
    photo_id = a_shown_photo(cast)["photo_id"]
    return {"shown_id": ShownCase.objects.get().pk, "photo_id": photo_id, "variant": "large"}


def a_shown_case(cast: Cast) -> Ids:
    return {"shown_id": a_photo_for_everybody(cast)["shown_id"]}


def a_report_in_its_case(cast: Cast) -> Ids:
    report = a_report(cast)
    return {"case_id": report.case_id, "report_id": report.pk}


def an_erasure_request(cast: Cast) -> Ids:
    return {"request_id": ask_erasure(acting=PROGRAM, report=a_report(cast)).pk}


def a_channel(cast: Cast) -> Ids:
    made = LineChannel.objects.create(
        name="ひのくに市 公式LINE", channel_id="1", secret="s", token="t"
    )
    return {"channel_id": made.pk}


def a_menu(cast: Cast) -> Ids:
    ids = a_channel(cast)
    channel = LineChannel.objects.get(pk=ids["channel_id"])
    return {**ids, "menu_id": begin_with_default(acting=PROGRAM, channel=channel).pk}


def a_tab(cast: Cast) -> Ids:
    return {**a_menu(cast), "key": "t1"}


def a_moved_tab(cast: Cast) -> Ids:
    return {**a_tab(cast), "verb": "left"}


def a_menu_edition(cast: Cast) -> Ids:
    ids = a_menu(cast)
    menu = {"menu_id": ids["menu_id"]}
    made = MenuEdition.objects.create(
        **menu, number=1, definition={"tabs": [], "chat_bar_text": "", "opens_by_itself": True}
    )
    return {**ids, "edition_id": made.pk}


def a_menu_page(cast: Cast) -> Ids:
    ids = a_menu_edition(cast)
    made = MenuPage.objects.create(
        edition_id=ids["edition_id"], position=0, body={}, image=b"png", content_type="image/png"
    )
    return {"channel_id": ids["channel_id"], "page_id": made.pk}


def a_menu_picture(cast: Cast) -> Ids:
    ids = a_channel(cast)
    made = MenuPicture.objects.create(
        **ids, image=b"jpeg", content_type="image/jpeg", width=1, height=1
    )
    return {**ids, "picture_id": made.pk}


def a_thrown_away_menu(cast: Cast) -> Ids:
    return {**a_menu(cast), "verb": "throw_away"}


def a_promised_call(cast: Cast) -> Ids:
    return {"call_id": CallBack.objects.create(report=a_report(cast)).pk}


def a_received_report(cast: Cast) -> Ids:
    return {"report_id": a_report(cast).pk}


def an_incoming_mail(cast: Cast) -> Ids:
    made = IncomingMail.objects.create(digest="1", subject="ひのくに市への手紙")
    return {"mail_id": made.pk}


def a_photo_of_a_mail(cast: Cast) -> Ids:
    ids = an_incoming_mail(cast)
    stored = store_photo(acting=PROGRAM, content=jpeg())
    made = IncomingPhoto.objects.create(**ids, stored=stored, position=0)
    return {**ids, "photo_id": made.pk, "variant": "large"}


def a_designed_scenario(cast: Cast) -> Ids:
    return {"scenario_id": install_ready(acting=PROGRAM)[0].pk}


def a_sheet_of_passage(cast: Cast) -> Ids:
    return {**a_designed_scenario(cast), "form": "csv"}


def a_tester(cast: Cast) -> Ids:
    ids = a_designed_scenario(cast)
    until = timezone.now() + timedelta(hours=1)
    tester = Tester.objects.create(
        **ids, resident=Resident.objects.create(), name="ひのくに", until=until
    )
    return {**ids, "tester_id": tester.pk}


def a_question(cast: Cast) -> Ids:
    return {**a_designed_scenario(cast), "step_id": "place"}


def a_version(cast: Cast) -> Ids:
    return {**a_designed_scenario(cast), "number": 1}


def a_room_of_the_desk(cast: Cast) -> Ids:
    """The administrator sits at the desk."""
    today = timezone.localdate()
    desk = Position.objects.create(kind="desk", name="ひのくに市の窓口")
    Tenure.objects.create(position=desk, person=cast.administrator, starts_on=today, is_post=False)
    room = Room.objects.create(kind="group", name="ひのくに市の会長会")
    Member.objects.create(room=room, position=desk, manages=True)
    return {"room_id": room.pk}


def a_seat_to_print(cast: Cast) -> Ids:
    return {"position_id": Position.objects.create(name="ひのくに校区 会長").pk}


def a_held_seat(cast: Cast) -> Ids:
    return {"position_id": a_chair().position.pk}


def a_tenure(cast: Cast) -> Ids:
    chair = a_chair()
    return {"position_id": chair.position.pk, "tenure_id": chair.tenure.pk}


def a_holder(cast: Cast) -> Ids:
    return {"person_id": a_chair().person.pk}


def a_session_of(person: Person) -> Ids:
    session = UserSession.objects.create(user=person, ip="192.0.2.1", session_key=str(person.pk))
    return {"person_id": person.pk, "session_id": session.pk}


def a_holders_session(cast: Cast) -> Ids:
    return a_session_of(a_chair().person)


def a_clerks_session(cast: Cast) -> Ids:
    return a_session_of(cast.waste_clerk)


def a_message_of_the_desk(cast: Cast) -> Ids:
    ids = a_room_of_the_desk(cast)
    room = Room.objects.get(pk=ids["room_id"])
    return {
        **ids,
        "message_id": say(person=cast.administrator, room=room, text="ひのくに市から").id,
    }


def a_committee(cast: Cast) -> Ids:
    return {"group_id": Group.objects.create(name="ひのくに市の委員会").pk}


def a_change_of_a_room(cast: Cast) -> Ids:
    return {**a_room_of_the_desk(cast), "verb": "rename"}


def a_draft_of_areas(cast: Cast) -> Ids:
    square = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    feature = {"type": "Feature", "properties": {"name": "ひのくに区"}, "geometry": square}
    AreaDraft.objects.create(
        kind="ward", file_name="ひのくに.geojson", content={"features": features_of(feature)}
    )
    return {}


SIGN_IN = {
    "account_login": Address(ANYBODY, BOTH),
    "account_logout": Address(ANYBODY, BOTH),
    "account_inactive": Address(ANYBODY),
    "account_signup": Address(ANYBODY, BOTH),
    "account_reauthenticate": Address(SIGNED_IN, BOTH),
    "account_change_password": Address(SIGNED_IN, BOTH),
    "account_set_password": Address(SIGNED_IN, BOTH),
    "account_reset_password": Address(ANYBODY, BOTH),
    "account_reset_password_done": Address(ANYBODY),
    "account_reset_password_from_key_done": Address(ANYBODY),
    "account_reset_password_from_key": Address(
        ANYBODY, ids=given(uidb36="1", key="made-up"), secret=True
    ),
    "mfa_index": Address(SIGNED_IN),
    "mfa_authenticate": Address(ANYBODY, BOTH),  # without a password before it: back to sign-in
    "mfa_reauthenticate": Address(SIGNED_IN_CONFIRMS, BOTH),
    "mfa_activate_totp": Address(SIGNED_IN_CONFIRMS, BOTH),
    "mfa_deactivate_totp": Address(SIGNED_IN_NO_SUCH, BOTH),
    "mfa_view_recovery_codes": Address(SIGNED_IN_NO_SUCH),
    "mfa_generate_recovery_codes": Address(SIGNED_IN_CONFIRMS, BOTH),
    "mfa_download_recovery_codes": Address(SIGNED_IN_NO_SUCH),
    "mfa_list_webauthn": Address(SIGNED_IN),
    "mfa_add_webauthn": Address(SIGNED_IN_CONFIRMS, BOTH),
    "mfa_login_webauthn": Address(ANYBODY, BOTH),
    "mfa_reauthenticate_webauthn": Address(SIGNED_IN_CONFIRMS, BOTH),
    "mfa_remove_webauthn": Address(SIGNED_IN_CONFIRMS, BOTH, ids=a_passkey),
    "mfa_edit_webauthn": Address(SIGNED_IN_CONFIRMS, BOTH, ids=a_passkey),
    "usersessions_list": Address(SIGNED_IN, BOTH),
    "openid_connect_login": Address(NOBODY_HERE, ids=given(provider_id="town")),
    "openid_connect_callback": Address(NOBODY_HERE, ids=given(provider_id="town")),
    "socialaccount_login_cancelled": Address(ANYBODY),
    "socialaccount_login_error": Address(ANYBODY),
    "socialaccount_signup": Address(ANYBODY, BOTH),
    "socialaccount_connections": Address(ANYBODY),  # only leads on to people:me
}
PEOPLE = {
    "people:me": Address(SIGNED_IN, BOTH),
    "people:second_factor": Address(SIGNED_IN),
    "people:accept_invitation": Address(ANYBODY, BOTH, ids=an_invitation, secret=True),
    "people:list": Address(ADMINISTRATORS),
    "people:invite": Address(ADMINISTRATORS, BOTH),
    "people:person": Address(ADMINISTRATORS_OURS, BOTH, ids=a_person),
    "people:suspend": Address(ADMINISTRATORS_OURS, POST, ids=a_person),
    "people:restore": Address(ADMINISTRATORS_OURS, POST, ids=a_person),
    "people:resend": Address(ADMINISTRATORS_OURS, POST, ids=a_person),
    "people:reset_second_factor": Address(ADMINISTRATORS_OURS, POST, ids=a_person),
    "people:unlock": Address(ADMINISTRATORS_OURS, POST, ids=a_person),
}
CONSOLE = {
    "console:departments": Address(ADMINISTRATORS),
    "console:new_department": Address(ADMINISTRATORS, BOTH),
    "console:department": Address(ADMINISTRATORS_OURS, BOTH, ids=a_department),
    "console:close_department": Address(ADMINISTRATORS_OURS, BOTH, ids=a_department),
    "console:areas": Address(ADMINISTRATORS),
    "console:upload_areas": Address(ADMINISTRATORS, BOTH),
    "console:import_areas": Address(ADMINISTRATORS, BOTH, ids=a_draft_of_areas),
    "console:audit": Address(ADMINISTRATORS),
    "console:audit_verdict": Address(ADMINISTRATORS),
    "console:audit_csv": Address(ADMINISTRATORS),
}
CONSOLE |= {
    "console:statistics": Address(SIGNED_IN),
    "console:export_statistics": Address(SIGNED_IN, ids=given(key="kind", form="csv")),
    "console:monthly": Address(SIGNED_IN, ids=given(month="2026-10")),
    "console:home": Address(SIGNED_IN),
    "console:help": Address(SIGNED_IN),
    "console:mails": Address(ADMINISTRATORS),
    "console:mail": Address(ADMINISTRATORS_OURS, ids=a_mail),
}
REPORTS = {
    "reports:list": Address(SIGNED_IN),
    "reports:counts": Address(SIGNED_IN),
    "reports:points": Address(SIGNED_IN),
    "reports:export": Address(CLERKS, ids=given(form="csv")),
    "reports:bulk_jobs": Address(CLERKS),
    "reports:bulk": Address(CLERKS, POST),
    "reports:bulk_preview": Address(NO_CASES, POST),
    "reports:bulk_count": Address(CLERKS),
    "reports:bulk_job": Address(ADMINISTRATORS_OWN, ids=a_bulk_job),
    "reports:stop_bulk": Address(ADMINISTRATORS_OWN, POST, ids=a_bulk_job),
    "reports:undo_bulk": Address(ADMINISTRATORS_OWN, POST, ids=a_bulk_job),
    "reports:save_view": Address(SIGNED_IN, POST),
    "reports:delete_view": Address(OWNERS_ALONE, POST, ids=a_saved_view),
    "reports:case": Address(SEES_ROADS, ids=a_case),
    "reports:act": Address(HANDLES_ROADS, POST, ids=a_note),
    "reports:preview": Address(HANDLES_ROADS, POST, ids=a_case),
    "reports:undo": Address(HANDLES_ROADS, POST, ids=an_entry),
    "reports:erase_photo": Address(HANDLES_ROADS, POST, ids=a_photo),
    "reports:photo": Address(SEES_ROADS, ids=a_large_photo),
    "reports:kinds": Address(ADMINISTRATORS),
    "reports:new_kind": Address(ADMINISTRATORS, BOTH),
    "reports:kind": Address(ADMINISTRATORS_OURS, BOTH, ids=a_kind),
    "reports:new_authority": Address(ADMINISTRATORS, BOTH),
    "reports:authority": Address(ADMINISTRATORS_OURS, BOTH, ids=an_authority),
    "reports:connection": Address(ADMINISTRATORS_OURS, BOTH, ids=an_authority),
    "reports:check_connection": Address(ADMINISTRATORS_OURS, POST, ids=an_authority),
    "reports:handovers": Address(CLERKS),
    "reports:handover_again": Address(HANDLES_ROADS, POST, ids=a_handover),
    "reports:routing": Address(ADMINISTRATORS, BOTH),
    "reports:templates": Address(MANAGERS),
    "reports:template_example": Address(MANAGERS, POST),
    "reports:tags": Address(MANAGERS),
    "reports:rename_tag": Address(MANAGERS_OURS, POST, ids=a_tag),
    "reports:merge_tag": Address(MANAGERS_OURS, POST, ids=a_tag),
    "reports:delete_tag": Address(MANAGERS_OURS, POST, ids=a_tag),
    "reports:new_template": Address(MANAGERS, BOTH),
    "reports:template": Address(MANAGERS_OURS, BOTH, ids=a_template),
    "reports:delete_template": Address(MANAGERS_OURS, POST, ids=a_template),
    "reports:notices": Address(CLERKS, BOTH),
    "reports:show": Address(HANDLES_ROADS, BOTH, ids=a_case),
    "reports:redact": Address(HANDLES_ROADS, BOTH, ids=a_photo),
    "reports:shown_photo": Address(SEES_ROADS, ids=a_shown_photo),
    "reports:unshow_photo": Address(HANDLES_ROADS, POST, ids=a_shown_photo),
    "reports:field": Address(CLERKS),
    "reports:field_cases": Address(CLERKS),
    "reports:field_edit": Address(CLERKS, POST),
    "reports:field_worker": Address(ANYBODY),
    "reports:keeping": Address(ADMINISTRATORS, BOTH),
    "reports:erasures": Address(CLERKS),
    "reports:decide_erasure": Address(HANDLES_ROADS, POST, ids=an_erasure_request),
    "reports:erase": Address(HANDLES_ROADS, BOTH, ids=a_case),
    "reports:ask_erasure": Address(HANDLES_ROADS, POST, ids=a_report_in_its_case),
}
SCENARIOS = {
    "scenarios:list": Address(ADMINISTRATORS),
    "scenarios:new": Address(ADMINISTRATORS, BOTH),
    "scenarios:import": Address(ADMINISTRATORS, BOTH),
    "scenarios:bring_back": Address(ADMINISTRATORS, POST),
    "scenarios:editor": Address(ADMINISTRATORS_OURS, ids=a_designed_scenario),
    "scenarios:about": Address(ADMINISTRATORS_OURS, BOTH, ids=a_designed_scenario),
    "scenarios:switch": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:order": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:remove": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:arrange": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:add": Address(ADMINISTRATORS_OURS, ids=a_designed_scenario),
    "scenarios:step": Address(ADMINISTRATORS_OURS, BOTH, ids=a_question),
    "scenarios:publish": Address(ADMINISTRATORS_OURS, BOTH, ids=a_designed_scenario),
    "scenarios:discard": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:fetch_back": Address(ADMINISTRATORS_OURS, POST, ids=a_designed_scenario),
    "scenarios:history": Address(ADMINISTRATORS_OURS, ids=a_designed_scenario),
    "scenarios:restore": Address(ADMINISTRATORS_OURS, POST, ids=a_version),
    "scenarios:export": Address(ADMINISTRATORS_OURS, ids=a_designed_scenario),
    "scenarios:import_into": Address(ADMINISTRATORS_OURS, BOTH, ids=a_designed_scenario),
    "scenarios:passage": Address(ADMINISTRATORS_OURS, ids=a_designed_scenario),
    "scenarios:passage_export": Address(ADMINISTRATORS_OURS, ids=a_sheet_of_passage),
    "scenarios:trial": Address(ADMINISTRATORS_OURS, BOTH, ids=a_designed_scenario),
    "scenarios:end_trial": Address(ADMINISTRATORS_OURS, POST, ids=a_tester),
}
LINE = {
    "line:channels": Address(ADMINISTRATORS),
    "line:add": Address(ADMINISTRATORS, BOTH),
    "line:menu_drawn": Address(ADMINISTRATORS_NO_SUCH),  # its query describes the picture
    "line:channel": Address(ADMINISTRATORS_OURS, ids=a_channel),
    "line:edit": Address(ADMINISTRATORS_OURS, BOTH, ids=a_channel),
    "line:check": Address(ADMINISTRATORS_OURS, POST, ids=a_channel),
    "line:set_webhook": Address(ADMINISTRATORS_OURS, POST, ids=a_channel),
    "line:menus": Address(ADMINISTRATORS_OURS, ids=a_channel),
    "line:menu_new": Address(ADMINISTRATORS_OURS, BOTH, ids=a_channel),
    "line:menus_progress": Address(ADMINISTRATORS_OURS, ids=a_channel),
    "line:menus_disaster": Address(ADMINISTRATORS_OURS, POST, ids=a_channel),
    "line:menus_again": Address(ADMINISTRATORS_OURS, POST, ids=a_channel),
    "line:menu_picture": Address(ADMINISTRATORS_OURS, ids=a_menu_picture),
    "line:menu_page": Address(ADMINISTRATORS_OURS, ids=a_menu_page),
    "line:menu_set": Address(ADMINISTRATORS_OURS, BOTH, ids=a_menu),
    "line:menu_send": Address(ADMINISTRATORS_OURS, POST, ids=a_menu),
    "line:menu_deed": Address(ADMINISTRATORS_OURS, POST, ids=a_thrown_away_menu),
    "line:menu_restore": Address(ADMINISTRATORS_OURS, POST, ids=a_menu_edition),
    "line:menu_tab_add": Address(ADMINISTRATORS_OURS, POST, ids=a_menu),
    "line:menu_tab": Address(ADMINISTRATORS_OURS, BOTH, ids=a_tab),
    "line:menu_preview": Address(ADMINISTRATORS_OURS, POST, ids=a_tab),
    "line:menu_tab_verb": Address(ADMINISTRATORS_OURS, POST, ids=a_moved_tab),
}
PORTAL = {
    "portal:home": Address(ANYBODY),
    "portal:privacy": Address(ANYBODY),
    "portal:shown_cases": Address(ANYBODY),
    "portal:shown": Address(ANYBODY_OURS, ids=a_shown_case),
    "portal:shown_photo": Address(ANYBODY_OURS, ids=a_photo_for_everybody),
    "portal:open_data": Address(ANYBODY),
    "portal:open_data_file": Address(ANYBODY),
    "portal:choose": Address(ANYBODY),
    "portal:mini": Address(ANYBODY),
    "portal:mini_session": Address("403 403 403 403 403 403 403", POST),  # without a token
    "portal:mini_settings": Address(ADMINISTRATORS_OURS, BOTH, ids=a_channel),
    "portal:service_worker": Address(ANYBODY),
    "portal:form": Address(ANYBODY_OURS, ids=a_scenario),
    "portal:place": Address(NOBODY_HERE, ids=a_scenario),  # without a point
    "portal:places": Address(ANYBODY_OURS, ids=a_scenario),
    "portal:similar": Address(ANYBODY_OURS, ids=a_scenario),
    "portal:upload": Address(ANYBODY_OURS, POST, ids=a_scenario),
    "portal:send": Address(ANYBODY, POST, ids=a_scenario),  # no answers at all
    "portal:left": Address(ANYBODY_OURS, POST, ids=a_scenario),
    "portal:report": Address(ANYBODY_OURS, ids=a_report_link),
    "portal:write": Address(ANYBODY_OURS, POST, ids=a_report_link),
    "portal:reopen": Address(ANYBODY_OURS, POST, ids=a_report_link),
    "portal:position": Address(ANYBODY_OURS, BOTH, ids=a_report_link),
    "portal:contact": Address(ANYBODY_OURS, BOTH, ids=a_report_link),
    "portal:erase": Address(ANYBODY_OURS, BOTH, ids=a_report_link),
    "portal:photo": Address(NOBODY_HERE, ids=a_report_photo),
}
OFFICE_TALK = {
    "console:pass_on": Address(MANAGERS, BOTH),
    "talk_office:list": Address(MANAGERS),
    "talk_office:new": Address(MANAGERS, BOTH),
    "talk_office:rules": Address(MANAGERS, BOTH),
    "talk_office:groups": Address(MANAGERS),
    "talk_office:new_group": Address(ADMINISTRATORS, BOTH),
    "talk_office:group": Address(ADMINISTRATORS_OURS, BOTH, ids=a_committee),
    "talk_office:end_group": Address(ADMINISTRATORS_OURS, POST, ids=a_committee),
    "talk_office:room": Address(DESK_OURS, ids=a_room_of_the_desk),
    "talk_office:say": Address(DESK_OURS, POST, ids=a_room_of_the_desk),
    "talk_office:edit": Address(DESK_OURS, ids=a_room_of_the_desk),
    "talk_office:change": Address(DESK_OURS, POST, ids=a_change_of_a_room),
    "talk_office:readers": Address(DESK_OURS, ids=a_message_of_the_desk),
    "talk_office:remind": Address(DESK_OURS, POST, ids=a_message_of_the_desk),
    "talk_office:phone": Address(DESK_OURS, ids=a_message_of_the_desk),
    "talk:export": Address(DESK_OURS, BOTH, ids=a_room_of_the_desk),
    "people:positions": Address(MANAGERS),
    "people:new_position": Address(MANAGERS, BOTH),
    "people:unlock_codes": Address(MANAGERS, POST),
    "people:position": Address(MANAGERS_OURS, ids=a_held_seat),
    "people:edit_position": Address(MANAGERS_OURS, BOTH, ids=a_held_seat),
    "people:close_position": Address(MANAGERS_OURS, BOTH, ids=a_held_seat),
    "people:reopen_position": Address(MANAGERS_OURS, POST, ids=a_held_seat),
    "people:appoint": Address(MANAGERS_OURS, BOTH, ids=a_seat_to_print),
    "people:add_clerk": Address(MANAGERS_OURS, POST, ids=a_seat_to_print),
    "people:release": Address(MANAGERS_OURS, POST, ids=a_tenure),
    "people:hand_over": Address(MANAGERS_OURS, BOTH, ids=a_held_seat),
    "people:call_off": Address(MANAGERS_OURS, POST, ids=a_held_seat),
    "people:reissue_code": Address(MANAGERS_OURS, BOTH, ids=a_held_seat),
    "people:withdraw_code": Address(MANAGERS_OURS, POST, ids=a_held_seat),
    "people:holder": Address(MANAGERS_OURS, BOTH, ids=a_holder),
    "people:suspend_holder": Address(MANAGERS_OURS, POST, ids=a_holder),
    "people:restore_holder": Address(MANAGERS_OURS, POST, ids=a_holder),
    "people:end_session": Address(MANAGERS_OURS, POST, ids=a_holders_session),
    "people:end_staff_session": Address(ADMINISTRATORS_OURS, POST, ids=a_clerks_session),
    "people:import_positions": Address(MANAGERS, BOTH),
    "people:confirm_import": Address(MANAGERS, POST),
    "people:positions_file": Address(MANAGERS, ids=given(which="list", form="csv")),
    "people:sheets": Address(MANAGERS, BOTH),
    "people:position_sheet": Address(MANAGERS_OURS, POST, ids=a_seat_to_print),
    "talk:search": Address(NO_SEAT),
    "talk:room_files": Address(NO_SEAT, ids=given(room_id=1)),
}
# In the town of the tests nobody of the cast has a seat; who has one is in the rooms' own tests.
COMMUNITY = {
    "talk:room": Address(NO_SEAT, ids=given(room_id=1)),
    "talk:shell": Address(NO_SEAT),
    "talk:here": Address(NO_SEAT_JSON),
    "talk:ground": Address(NO_SEAT_JSON),
    "talk:rooms": Address(NO_SEAT_JSON, BOTH),
    "talk:direct": Address(NO_SEAT_JSON, POST),
    "talk:positions": Address(NO_SEAT_JSON),
    "talk:upload": Address(NO_SEAT_JSON, POST),
    "talk:room_json": Address(NO_SEAT_JSON, ids=given(room_id=1)),
    "talk:members": Address(NO_SEAT_JSON, BOTH, ids=given(room_id=1)),
    "talk:picture": Address(NO_SEAT_JSON, BOTH, ids=given(room_id=1)),
    "talk:read": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:draft": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:mute": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:room_name": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:room_history": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:remove_member": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:manager": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:leave": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:close": Address(NO_SEAT_JSON, POST, ids=given(room_id=1)),
    "talk:message": Address(NO_SEAT_JSON, ids=given(message_id=1)),
    "talk:recall": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:react": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:pin": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:confirm": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:forward": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:renotify": Address(NO_SEAT_JSON, POST, ids=given(message_id=1)),
    "talk:readers": Address(NO_SEAT_JSON, ids=given(message_id=1)),
    "talk:file": Address(NO_SEAT_JSON, ids=given(key=UUID(int=1), variant="large")),
    "community:sign_in": Address(ANYBODY, BOTH),
    "community:secret": Address(NOBODY_HERE, BOTH, ids=given(secret="made-up"), secret=True),
    "community:devices": Address(NO_SEAT),
    "community:end_device": Address(NO_SEAT, POST, ids=given(session_id=999_999)),
    "community:own_code": Address(NO_SEAT, POST),
    "community:join_device": Address(ANYBODY, BOTH),
    "community:waiting": Address(ANYBODY, POST),
    "community:approve": Address(NO_SEAT, BOTH, ids=given(secret="made-up")),
    "community:passkey": Address(NO_SEAT, BOTH),
    "community:remove_passkey": Address(NO_SEAT, POST, ids=given(passkey_id=1)),
    "community:text_size": Address(ANYBODY, POST),
    "community:home": Address(NO_SEAT),
    "community:settings": Address(NO_SEAT, BOTH),
    "community:sign_out": Address(NO_SEAT, POST),
    "community:offline": Address(NO_SEAT),
    "community:share": Address(NO_SEAT, BOTH),
    "community:push": Address(NO_SEAT, POST),
    "community:push_state": Address(NO_SEAT, POST),
    "community:push_trial": Address(NO_SEAT, POST),
    "community:help": Address(ANYBODY),
    "community:install": Address(ANYBODY),
    "community:worker": Address(ANYBODY),
    "community:manifest": Address(ANYBODY),
    "community:icon": Address(ANYBODY, ids=given(kind="any", size=192)),
}
CONVERSATIONS = {
    "conversations:webhook": Address(NOBODY_HERE, POST, ids=given(key="made-up"), secret=True),
    "conversations:position": Address(
        NOBODY_HERE, BOTH, ids=given(link="made-up", step="where"), secret=True
    ),
    "conversations:contact": Address(
        NOBODY_HERE, BOTH, ids=given(link="made-up", step="who"), secret=True
    ),
    "conversations:preview": Address(ADMINISTRATORS_OURS, BOTH, ids=a_designed_scenario),
}
OPEN311 = {
    "open311:root": Address(ANYBODY),
    "open311:discovery": Address(ANYBODY, ids=given(form="xml")),
    "open311:services": Address(ANYBODY, ids=given(form="json")),
    "open311:service": Address(ANYBODY_OURS, ids=a_service),
    "open311:requests": Address(ANYBODY, ids=given(form="json")),  # posting needs a key: 403
    "open311:request": Address(ANYBODY_OURS, ids=a_request),
    "open311:token": Address(ANYBODY_OURS, ids=a_token),
    "open311:nothing": Address(NOBODY_HERE, BOTH, ids=given(path="made-up", form="xml")),
    "open311:partner": Address(NOBODY_HERE, POST, ids=given(key="made-up"), secret=True),
    "open311:keys": Address(ADMINISTRATORS, BOTH),
    "open311:revoke": Address(ADMINISTRATORS_OURS, POST, ids=an_api_key),
    "open311:restore": Address(ADMINISTRATORS_OURS, POST, ids=an_api_key),
}
INTAKE = {
    "intake:form": Address(CLERKS),
    "intake:questions": Address(CLERKS_NO_SUCH, ids=given(key="nothing")),
    "intake:places": Address(CLERKS),
    "intake:place": Address(CLERKS_NO_SUCH),  # its query names the place
    "intake:similar": Address(CLERKS_NO_SUCH),  # a town without kinds
    "intake:upload": Address(CLERKS, POST),
    "intake:uploaded": Address(CLERKS_NO_SUCH, ids=given(key=UUID(int=1))),
    "intake:save": Address(CLERKS, POST),
    "intake:received": Address(HANDLES_ROADS, ids=a_received_report),
    "intake:calls": Address(CLERKS),
    "intake:finish_call": Address(HANDLES_ROADS, POST, ids=a_promised_call),
    "intake:renew_call": Address(HANDLES_ROADS, POST, ids=a_promised_call),
    "intake:mails": Address(CLERKS),
    "intake:upload_mail": Address(CLERKS, POST),
    "intake:mail": Address(CLERKS_OURS, ids=an_incoming_mail),
    "intake:set_aside": Address(CLERKS_OURS, POST, ids=an_incoming_mail),
    "intake:take_back": Address(CLERKS_OURS, POST, ids=an_incoming_mail),
    "intake:add_mail": Address(CLERKS_NO_SUCH, POST, ids=an_incoming_mail),  # about no report
    "intake:mail_photo": Address(CLERKS_OURS, ids=a_photo_of_a_mail),
}
DESIGN = {
    "design:text_size": Address(ANYBODY, POST),
    "gallery:staff": Address(ANYBODY),
    "gallery:resident": Address(ANYBODY),
    "gallery:signin": Address(ANYBODY),
    "gallery:error": Address(ANYBODY),
}

ADDRESSES: dict[str, Address] = {
    **SIGN_IN,
    **PEOPLE,
    **CONSOLE,
    **REPORTS,
    **SCENARIOS,
    **LINE,
    **PORTAL,
    **OFFICE_TALK,
    **COMMUNITY,
    **CONVERSATIONS,
    **OPEN311,
    **INTAKE,
    **DESIGN,
}
