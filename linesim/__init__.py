# SPDX-License-Identifier: Apache-2.0
"""A stand-in for LINE's servers and a phone. Speaks HTTP like the real one; knows no client."""
