# SPDX-License-Identifier: Apache-2.0
"""The simulator's own paths under /sim: no sign-in, for it listens to the loopback only."""
