"""Prints the submodules of a package that can be imported, one a line.

Arguments: the folder that holds the package, and the package. Django is set up with trivial settings first.
"""

import contextlib
import importlib
import io
import pkgutil
import sys
import warnings

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")
package = sys.argv[2]

if package == "django":
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], SECRET_KEY="x")
    django.setup()

root = importlib.import_module(package)
assert root.__file__.startswith(sys.argv[1]), root.__file__
for found in pkgutil.walk_packages(root.__path__, package + ".", onerror=lambda name: None):
    if found.name.endswith("__main__") or ".tests" in found.name or ".benchmarks" in found.name:
        continue
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module(found.name)
    except (Exception, SystemExit):
        continue
    print(found.name)
