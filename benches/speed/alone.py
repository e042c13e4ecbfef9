"""Runs a command, and prints its seconds, the KiB of its largest process and its exit status.

It is a program by itself, and a small one (`python3 -I -S alone.py COMMAND …`): Linux counts the memory of a process from
that of the one that started it.
"""

import os
import sys
import time

start = time.perf_counter()
nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
print(seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
