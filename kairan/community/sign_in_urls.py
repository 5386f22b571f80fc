# SPDX-License-Identifier: Apache-2.0
"""Coming in, and one's own devices; part of ``community``."""

from django.urls import URLPattern, path

from kairan.community import devices, passkeys, sign_in, text_size

urlpatterns: list[URLPattern] = [
    path("community/sign-in/", sign_in.sign_in, name="sign_in"),
    path("community/s/<str:secret>/", sign_in.secret, name="secret"),
    path("community/devices/", devices.devices, name="devices"),
    path("community/devices/<int:session_id>/end/", devices.end, name="end_device"),
    path("community/devices/code/", devices.own_code, name="own_code"),
    path("community/join-device/", devices.join_device, name="join_device"),
    path("community/join-device/waiting/", devices.waiting, name="waiting"),
    path("community/approve/<str:secret>/", devices.approve, name="approve"),
    path("community/passkey/", passkeys.add, name="passkey"),
    path("community/passkey/<int:passkey_id>/remove/", passkeys.remove, name="remove_passkey"),
    path("community/text-size/", text_size.text_size, name="text_size"),
]
