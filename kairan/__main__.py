# SPDX-License-Identifier: Apache-2.0
from kairan.site.cli import main

main()
