# SPDX-License-Identifier: Apache-2.0
"""The only room that knows LINE: its HTTP, its webhook, its limits, its rich menus."""
