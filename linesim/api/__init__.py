# SPDX-License-Identifier: Apache-2.0
"""The paths of api.line.me and api-data.line.me."""
