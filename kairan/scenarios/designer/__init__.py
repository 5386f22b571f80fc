# SPDX-License-Identifier: Apache-2.0
"""The designer: staff build the questions themselves, under /console/scenarios/.

`editing` changes a definition (pure), `outline` and `diagram` show its flow, `differences` says
what changed, `actions` are the verbs of drafts, `xlsform` reads spreadsheets.
"""
