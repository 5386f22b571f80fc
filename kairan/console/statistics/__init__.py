# SPDX-License-Identifier: Apache-2.0
"""The numbers page: what came in, how it was handled, and the month on paper."""
