//! A package with every form of import that may lead to a module of the repository.

pub const FILES: &[(&str, &str)] = &[
    ("odd/__init__.py", "from .low import thing\nfrom . import high\n"),
    ("odd/low/__init__.py", "thing = name = 1\n"),
    ("odd/low/name.py", ""),
    ("odd/low/plain.py", "import odd.high\n"),
    ("odd/low/aliased.py", "import odd.high.deep as d, odd.mid as m\nfrom odd.high import deep as e\n"),
    ("odd/low/star.py", "from odd.high import *\nfrom odd.mid.deep import *\n"),
    (
        "odd/low/relative.py",
        "from .. import high\nfrom ..high import deep\nfrom ...odd import mid\nfrom . import name, thing\n",
    ),
    (
        "odd/low/late.py",
        "def f():\n    class C:\n        from odd.high import deep\n    return lambda: __import__('odd.mid')\n",
    ),
    (
        "odd/low/typed.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from odd.high.deep import T\nelse:\n    T = 1\n",
    ),
    ("odd/low/tried.py", "try:\n    import odd.high\nexcept ImportError:\n    from odd import mid as high\n"),
    (
        "odd/low/maybe.py",
        "import sys\nif sys.version_info > (3, 99):\n    import odd.high.deep\nwith open(__file__):\n    import odd.mid.deep; import odd.high\n",
    ),
    ("odd/low/both.py", "from odd.low import name\nfrom odd.high import both\n"),
    ("odd/low/own.py", "import odd.low.own\nfrom odd.low import own\nimport odd\n"),
    (
        "odd/low/many.py",
        "from odd.high import (\n    deep,  # a\n    both as b,\n)\nfrom odd.mid import deep, \\\n    gone\n",
    ),
    (
        "odd/low/matched.py",
        "match 1:\n    case 1:\n        import odd.high\nfor x in []:\n    import odd.mid\nwhile False:\n    from odd import high\n",
    ),
    (
        "odd/low/text.py",
        "import importlib\nimportlib.import_module('odd.high')\n'''\nimport odd.mid\n'''\n# import odd.mid\n",
    ),
    ("odd/low/outer.py", "import json, os.path\nfrom collections import abc\nimport oddly\n"),
    ("odd/high/__init__.py", "both = 1\n"),
    ("odd/high/both.py", "from odd import mid\n"),
    ("odd/high/deep.py", "from odd.mid.deep import x\n"),
    ("odd/mid/__init__.py", "import odd.low.plain\n"),
    ("odd/mid/deep.py", "from odd import aside\nx = gone = 1\n"),
    ("odd/aside.py", "from odd.low import star\n"),
    ("odd/ünï.py", "import odd.low.name\n"),
    ("odd/low/0001_first.py", "from odd import mid\n"),
    ("odd/low/a-script.py", "import odd.high.deep\n"),
    ("odd/low/__main__.py", "import __main__\nfrom odd.mid import deep\n"),
    ("odd/spaced/inner.py", "from odd.spaced import other\nimport odd.high\n"),
    ("odd/spaced/other.py", "from odd.low import plain\n"),
    ("odd/user.py", "import odd.spaced.inner\nfrom odd.spaced import other\nfrom odd import spaced\n"),
];

/// What import-linter does not see: modules of folders without `__init__.py`, and a relative import out of all packages.
pub const ONLY_OURS: &[(&str, &str)] = &[
    ("odd.low.relative", "odd.mid"),
    ("odd.spaced.inner", "odd.high"),
    ("odd.spaced.inner", "odd.spaced.other"),
    ("odd.spaced.other", "odd.low.plain"),
    ("odd.user", "odd.spaced.inner"),
    ("odd.user", "odd.spaced.other"),
];
