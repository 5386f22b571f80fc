# SPDX-License-Identifier: Apache-2.0
"""``python -m tests.migrations_are_complete``: exit code 1 when a model has no migration."""

from tests import conftest

if __name__ == "__main__":
    from django.core.management import call_command

    try:
        call_command("makemigrations", check=True, dry_run=True)
    finally:
        conftest.pytest_unconfigure()
