# SPDX-License-Identifier: Apache-2.0
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Fingerprints in names, inside ES modules' imports too: every file can be kept for ever."""

    support_js_module_import_aggregation = True
