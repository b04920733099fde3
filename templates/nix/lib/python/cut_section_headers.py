"""Cut the section headers off an ELF program: `cut_section_headers.py FILE`.

Nobody reads them at run time; binutils before 2.41 cannot leave them out.
"""

import sys
from pathlib import Path

from elf import Elf

file = Path(sys.argv[1])
file.write_bytes(Elf(file.read_bytes()).without_sections())
