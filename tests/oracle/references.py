"""Compiles each Python file of a package, and prints where code still refers to a module.

Arguments: the folder that holds the package, the package, the module. Imports count, absolute and relative, and plain
strings that are the module's name or a name in it; docstrings do not.
"""

import ast
import functools
import pathlib
import sys

folder, package, old = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def is_old(name):
    return name == old or name.startswith(old + ".")


@functools.cache
def hides(module, name):
    """Whether a package binds something under the name of a submodule: then that is what others take from it."""
    init = folder.joinpath(*module.split("."), "__init__.py")
    if not init.is_file():
        return False
    try:
        body = ast.parse(init.read_bytes()).body
    except SyntaxError:
        return False
    imports = [node for node in body if isinstance(node, ast.ImportFrom) and node.module]
    return any(name == (alias.asname or alias.name) for node in imports for alias in node.names)


def texts(tree):
    """The strings that are no statement of their own."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


for path in sorted((folder / package).rglob("*.py")):
    source = path.read_bytes()
    try:
        tree = compile(source, str(path), "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        # Templates of code are no code: they were none before.
        if "conf/" not in str(path):
            print(f"{path}: {error}")
        continue
    parts = path.relative_to(folder).with_suffix("").parts
    own = parts[:-1]
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(own[: len(own) - node.level + 1]) if node.level else []
            module = ".".join(base + ([node.module] if node.module else []))
            names.append((node.lineno, module))
            taken = [alias.name for alias in node.names if not hides(module, alias.name)]
            names += [(node.lineno, f"{module}.{name}") for name in taken]
    names += [(node.lineno, node.value) for node in texts(tree)]
    for line in sorted({line for line, name in names if is_old(name)}):
        print(f"{path.relative_to(folder)}:{line}")
