# SPDX-License-Identifier: Apache-2.0
"""What LINE accepts: every limit of the Messaging API's bodies, checked by our own code."""
