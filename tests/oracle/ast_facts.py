"""Compares `ssot facts` with Python's own `ast` and `symtable`, file by file.

usage: ast_facts.py SSOT FOLDER...      exit status 1 where a fact differs; files that `ast` refuses are left out
"""

import ast
import json
import shutil
import subprocess
import symtable
import sys
import tempfile
import warnings
from pathlib import Path


def dotted(node):
    if isinstance(node, (ast.Call, ast.Subscript)):
        return dotted(node.func if isinstance(node, ast.Call) else node.value)
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


class Facts(ast.NodeVisitor):
    def __init__(self):
        self.definitions, self.imports, self.holders = [], [], []

    def define(self, kind, node, bases):
        name = ".".join([*self.holders, node.name])
        decorators = [dotted(decorator) for decorator in node.decorator_list]
        self.definitions.append([kind, name, node.lineno, node.end_lineno, decorators, bases])
        self.holders.append(node.name)
        self.generic_visit(node)
        self.holders.pop()

    def visit_FunctionDef(self, node):
        self.define("function", node, [])

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.define("class", node, [dotted(base) for base in node.bases])

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.append([alias.name, 0, None, alias.asname, alias.lineno, alias.col_offset])

    def visit_ImportFrom(self, node):
        for alias in node.names:
            place = [alias.lineno, alias.col_offset]
            self.imports.append([node.module or "", node.level, alias.name, alias.asname, *place])


def bound(table, top=True):
    """The names that a module binds at its level, those of functions and classes that say `global` among them."""
    names = set()
    for symbol in table.get_symbols():
        if (symbol.is_assigned() or symbol.is_imported()) and (top or symbol.is_declared_global()):
            names.add(symbol.get_name())
    return names.union(*(bound(child, False) for child in table.get_children()))


def ours(facts):
    code = facts["code"]
    definitions = [
        [found["kind"], found["name"], *found["lines"], found["decorators"], found["bases"]]
        for found in code["definitions"]
        if found["kind"] != "constant"
    ]
    imports = [
        [found["module"], found["level"], found["name"], found["alias"], *place(found)] for found in code["imports"]
    ]
    return definitions, imports, code["bound"]


def place(found):
    start = found["span"]["start"]
    return [start["line"], start["column"]]


def theirs(source):
    facts = Facts()
    facts.visit(ast.parse(source))
    lines = source.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for found in facts.imports:
        # `ast` counts bytes of UTF-8 from 0, ssot counts code points from 1; imports stand on ASCII lines.
        found[5] = len(lines[found[4] - 1][: found[5]].decode(errors="replace")) + 1
    names = bound(symtable.symtable(source, "", "exec"))
    return facts.definitions, facts.imports, sorted(names)


def main():
    warnings.simplefilter("ignore")
    ssot, folders = str(Path(sys.argv[1]).resolve()), [Path(folder).resolve() for folder in sys.argv[2:]]
    compared = refused = different = 0
    for folder in folders:
        with tempfile.TemporaryDirectory() as copy:
            # A copy, for the folder may lie in a repository that ignores it.
            shutil.copytree(folder, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", "__pycache__", "*-packages"))
            run = subprocess.run([ssot, "facts", "."], cwd=copy, capture_output=True, check=True)
        for line in run.stdout.splitlines():
            document = json.loads(line)
            if document["language"] != "python":
                continue
            source = (folder / document["path"]).read_bytes()
            try:
                expected = theirs(source)
            except (SyntaxError, ValueError, RecursionError):
                refused += 1
                continue
            compared += 1
            for what, own, other in zip(("definitions", "imports", "bound"), ours(document["facts"]), expected):
                if sorted(map(str, own)) != sorted(map(str, other)):
                    different += 1
                    print(f"{folder / document['path']}: {what}")
                    print("  only ssot:", [found for found in own if found not in other][:5])
                    print("  only ast: ", [found for found in other if found not in own][:5])
    print(f"{compared} files compared, {refused} refused by ast, {different} different")
    sys.exit(1 if different or not compared else 0)


main()
