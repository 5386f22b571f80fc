# SPDX-License-Identifier: Apache-2.0
"""Icons as paths on a 24 × 24 grid, drawn with a stroke of 2. An icon always stands by a word."""

from typing import Final

_CIRCLE: Final = "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z"

PATHS: Final[dict[str, str]] = {
    # ways through the pages
    "home": "M3 11l9-8 9 8M5.5 9v11h13V9M10 20v-6h4v6",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
    "close": "M5 5l14 14M19 5L5 19",
    "back": "M20 12H5M11 5l-7 7 7 7",
    "next": "M4 12h15M13 5l7 7-7 7",
    "up": "M12 20V5M5 11l7-7 7 7",
    "down": "M12 4v15M5 13l7 7 7-7",
    "left": "M20 12H5M11 5l-7 7 7 7",
    "right": "M4 12h15M13 5l7 7-7 7",
    "chevron-right": "M9 5l7 7-7 7",
    "chevron-left": "M15 5l-7 7 7 7",
    "chevron-down": "M5 9l7 7 7-7",
    "chevron-up": "M5 15l7-7 7 7",
    "first": "M18 5l-7 7 7 7M6 5v14",
    "external": "M13 4h7v7M20 4l-9 9M10 5H5v14h14v-5",
    "link": "M10 14l4-4M8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M16 13l3-3a3.5 3.5 0 0 0-5-5l-3 3",
    # what a page or a thing is
    "list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "case": "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
    "map": "M9 4L3 6.5V20l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20",
    "pin": "M12 21c5-5.5 7-8.5 7-11.5a7 7 0 0 0-14 0C5 12.5 7 15.5 12 21z"
    "M12 7a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5z",
    "person": "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4 21c.5-4.5 3.5-6 8-6s7.5 1.5 8 6",
    "people": "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM2.5 20c.3-4 2.7-5.5 6.5-5.5"
    "s6.2 1.5 6.5 5.5M16 5.5a3.3 3.3 0 0 1 0 6.3M17.5 15c2.5.4 3.8 2 4 5",
    "department": "M4 21V5l9-2v18M13 9h7v12M2 21h20M7.5 8h2M7.5 12h2M7.5 16h2M16.5 13v.01"
    "M16.5 17v.01",
    "phone": "M5 4h4l1.5 5-2.3 1.5a12 12 0 0 0 5.3 5.3L15 13.5l5 1.5v4"
    "c0 1-.8 1.7-1.8 1.6A16.5 16.5 0 0 1 3.4 5.8C3.3 4.8 4 4 5 4z",
    "mail": "M3 6h18v12H3zM3 7l9 7 9-7",
    "chat": "M4 4h16v12h-8l-5 4.5V16H4z",
    "note": "M5 4h14v11l-5 5H5zM19 15h-5v5M9 9h6M9 13h3",
    "photo": "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5.5M16 9h.01",
    "camera": "M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7z",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "folder": "M3 6h6l2 2.5h10V19H3z",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8",
    "clock": _CIRCLE + "M12 7v5.5l3.5 2",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
    "flag": "M5 21V4h12l-2 4 2 4H5",
    "tag": "M4 4h8l8 8-8 8-8-8zM8 8h.01",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "history": "M4 5v5h5M4.5 10a8 8 0 1 1-.4 3.5M12 8v4.5l3 1.8",
    "book": "M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14",
    "megaphone": "M4 10v4l10 4.5V5.5zM14 9c2.5 0 3.5 1 3.5 3s-1 3-3.5 3M7 15.5L8.5 21",
    "question-list": "M4 4h16v16H4zM8 9h.01M11.5 9H17M8 14h.01M11.5 14H17",
    "device": "M7 3h10v18H7zM11 18h2",
    "key": "M8 11a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM11 12l8-8M16 7l3 3",
    "lock": "M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11",
    "bulb": "M9 17c0-2.5-3-3.5-3-7.5a6 6 0 0 1 12 0c0 4-3 5-3 7.5zM9.5 21h5",
    "settings": "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
    "keyboard": "M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M8 14h8",
    "line": "M12 4c5 0 9 3 9 7s-4 6.5-9 9.5V18c-5 0-9-3-9-7s4-7 9-7zM8 11h.01M12 11h.01M16 11h.01",
    # what happened, how it stands
    "check": "M4 12.5l5.5 5.5L20 7",
    "done": _CIRCLE + "M8 12.5l3 3 5.5-6",
    "info": _CIRCLE + "M12 11v6M12 7.5v.01",
    "help": _CIRCLE + "M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17v.01",
    "warning": "M12 3.5L22 20.5H2zM12 10v4.5M12 17.5v.01",
    "error": "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.5v.01",
    "ban": _CIRCLE + "M5.7 5.7l12.6 12.6",
    "inbox": "M4 13l3-8h10l3 8v6H4zM4 13h5l1.5 2.5h3L15 13h5",
    "look": "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"
    "M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6z",
    "hide": "M4 4l16 16M6.5 7.5C4.8 8.6 3.5 10.2 2.5 12 5 16.5 8.3 18.5 12 18.5c1.6 0"
    " 3.1-.4 4.5-1.1M10 5.7c.7-.1 1.3-.2 2-.2 3.7 0 7 2 9.5 6.5-.5.9-1.1 1.8-1.8 2.5",
    "work": "M14.5 6.5a4 4 0 0 1 5-3l-2.5 2.5.8 2.2 2.2.8L22 7a4 4 0 0 1-5.5 4.5L8 20"
    "a2.8 2.8 0 0 1-4-4l8.5-8.5c.5-.3 1.5-.5 2-1z",
    "handover": "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
    "draft": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "sending": "M3 11.5L21 3l-6 18-3.5-7.5zM11.5 13.5L21 3",
    "hourglass": "M6 3h12M6 21h12M7 3c0 5 5 6 5 9s-5 4-5 9M17 3c0 5-5 6-5 9s5 4 5 9",
    "star": "M12 3.5l2.6 5.6 6 .7-4.5 4.1 1.2 6-5.3-3-5.3 3 1.2-6L3.4 9.8l6-.7z",
    # what one does
    "plus": "M12 4v16M4 12h16",
    "minus": "M4 12h16",
    "edit": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
    "undo": "M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 11h-4",
    "reload": "M20 5v5h-5M19.5 10a8 8 0 1 0 .4 3.5",
    "download": "M12 4v11M7 11l5 5 5-5M4 20h16",
    "upload": "M12 16V5M7 9l5-5 5 5M4 20h16",
    "print": "M7 9V3h10v6M4 9h16v8h-3M7 17H4M7 14h10v7H7z",
    "filter": "M3 5h18l-7 8v6l-4 2v-8z",
    "sort": "M8 20V5M4 9l4-4 4 4M16 4v15M12 15l4 4 4-4",
    "copy": "M8 8h12v12H8zM16 8V4H4v12h4",
    "save": "M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6",
    "send": "M3 11.5L21 3l-6 18-3.5-7.5zM11.5 13.5L21 3",
    "reply": "M10 6L4 12l6 6M4 12h9c4 0 6.5 2 7 6",
    "zoom-in": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21M7.5 10.5h6"
    "M10.5 7.5v6",
    "zoom-out": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21M7.5 10.5h6",
    "locate": "M12 6a6 6 0 1 0 0 12a6 6 0 0 0 0-12zM12 2v4M12 18v4M2 12h4M18 12h4M12 12h.01",
    "sign-out": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    "sign-in": "M10 4h9v16h-9M3 12h11M10 8l4 4-4 4",
    "pause": "M8 5v14M16 5v14",
    "play": "M7 4l13 8-13 8z",
    "stop": "M6 6h12v12H6z",
    "grip": "M9 5a1 1 0 1 0 0 2a1 1 0 0 0 0-2zM15 5a1 1 0 1 0 0 2a1 1 0 0 0 0-2z"
    "M9 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2zM15 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2z"
    "M9 17a1 1 0 1 0 0 2a1 1 0 0 0 0-2zM15 17a1 1 0 1 0 0 2a1 1 0 0 0 0-2z",
    "more": "M5 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2z"
    "M12 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2zM19 11a1 1 0 1 0 0 2a1 1 0 0 0 0-2z",
}
