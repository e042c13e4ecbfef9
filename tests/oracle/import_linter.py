"""Compares what ssot says of imports with what import-linter and its graph, grimp, say.

Takes a folder to import packages from; reads from standard input the packages, the imports between modules that ssot
sees, those that only ssot is known to see, and for each contract its import-linter options and what ssot found. Prints
each difference, and how much was compared.
"""

import copy
import json
import re
import sys
from collections import defaultdict

sys.path.insert(0, sys.argv[1])

import grimp
from importlinter import configuration
from importlinter.contracts import acyclic_siblings, forbidden, independence, layers, protected

TYPES = {
    "acyclic_siblings": acyclic_siblings.AcyclicSiblingsContract,
    "forbidden": forbidden.ForbiddenContract,
    "independence": independence.IndependenceContract,
    "layers": layers.LayersContract,
    "protected": protected.ProtectedContract,
}


def below(name, module):
    return name == module or name.startswith(module + ".")


def instances(graph, names):
    """The modules that names with `*` mean."""
    found = set()
    for name in names:
        found |= graph.find_matching_modules(name) if "*" in name else {name}
    return found


def metadata_chains(check):
    """Each chain of modules that import-linter tells, with the part that it leads to."""
    data = check.metadata
    for found in data.get("invalid_chains", []):
        for chain in found["chains"]:
            links = chain if isinstance(chain, list) else chain["chain"]
            yield [links[0]["importer"], *(link["imported"] for link in links)], found["upstream_module"]
    for found in data.get("invalid_dependencies", []):
        for route in found["routes"]:
            for extra in route["extra_firsts"]:
                yield [extra["importer"], *(link["imported"] for link in route["chain"])], found["imported"]
            yield [route["chain"][0]["importer"], *(link["imported"] for link in route["chain"])], found["imported"]
    for found in data.get("illegal_imports", []):
        for link in found.illegal_links:
            yield [link["importer"], link["imported"]], found.top_level_module


def pairs(graph, kind, options):
    """The parts that must not reach each other, and the modules through which a chain does not lead."""
    if kind == "forbidden":
        sources, targets = (instances(graph, options[key]) for key in ("source_modules", "forbidden_modules"))
        apart = lambda a, b: not below(a, b) and not below(b, a)
        yield [(a, b) for a in sources for b in targets if apart(a, b)], sources
    elif kind == "independence":
        parts = instances(graph, options["modules"])
        yield [(a, b) for a in parts for b in parts if a != b], parts
    elif kind == "layers":
        for container in sorted(instances(graph, options.get("containers", []))) or [None]:
            prefix = container + "." if container else ""
            levels = [
                ([prefix + name.strip().strip("()") for name in re.split("[|:]", level)], ":" not in level)
                for level in options["layers"]
            ]
            wrong = []
            for number, (names, independent) in enumerate(levels):
                above = [name for higher, _ in levels[:number] for name in higher]
                wrong += [(name, other) for name in names for other in above]
                wrong += [(a, b) for a in names for b in names if a != b and independent]
            yield wrong, {name for names, _ in levels for name in names}


def distances(imports, modules, ends, stops):
    """How many imports each module is from `ends`, where chains do not lead through `stops`."""
    far, level = {end: 0 for end in ends}, list(ends)
    while level:
        outer = []
        for module in level:
            for importer in imports[module]:
                if importer not in far:
                    far[importer] = far[module] + 1
                    if not any(below(importer, stop) for stop in stops):
                        outer.append(importer)
        level = outer
    return far


def expected(graph, kind, options):
    """(importing module, part) to the length of its shortest chain."""
    importers = {module: graph.find_modules_that_directly_import(module) for module in graph.modules}
    found = {}
    for wrong, stops in pairs(graph, kind, options):
        for target in {b for _, b in wrong}:
            ends = [module for module in graph.modules if below(module, target)]
            far = distances(importers, graph.modules, ends, stops)
            for source in {a for a, b in wrong if b == target}:
                for module in (module for module in far if below(module, source)):
                    found[module, target] = far[module]
    return found


def compare(graph, name, contract):
    kind, options, indirect = contract["type"], contract["options"], contract["indirect"]
    session = {"root_packages": ROOTS, "include_external_packages": "True"}
    check = TYPES[kind](name=name, session_options=session, contract_options={"name": name, **options}).check(
        graph=copy.deepcopy(graph), verbose=False
    )
    own = [(*found["subject"].split(" -> "), found["message"].count(" -> ") or 1) for found in contract["findings"]]
    if kind == "acyclic_siblings":
        yield from compare_cycles(graph, check, own, options)
        return
    chains = list(metadata_chains(check))
    if kind == "protected" or not indirect:
        theirs = {(chain[0], part if kind == "forbidden" else chain[1]) for chain, part in chains if len(chain) == 2}
        ours = {(importer, target) for importer, target, _ in own}
        yield from ((len(ours), "only ssot", found) for found in ours - theirs)
        yield from ((len(ours), "only import-linter", found) for found in theirs - ours)
        yield len(ours), None, None
        return
    if check.kept == bool(own):
        yield 1, "kept" if check.kept else "broken", "by import-linter alone"
    parts = {part for wrong, _ in pairs(graph, kind, options) for pair in wrong for part in pair}
    # A direct finding names the module that is imported, one of a chain the part.
    part_of = lambda target: max((part for part in parts if below(target, part)), key=len, default=target)
    ours = {(importer, part_of(target)): steps for importer, target, steps in own}
    wanted = expected(graph, kind, options)
    yield from ((0, "only ssot", found) for found in ours.keys() - wanted.keys())
    yield from ((0, "only in the graph", found) for found in wanted.keys() - ours.keys())
    for found in ours.keys() & wanted.keys():
        if ours[found] != min(wanted[found], 11):
            yield 0, "steps", (found, ours[found], wanted[found])
    # import-linter tells chains that share no import, so not every module that has one; and it tells a chain again
    # for each part that it leads through on its way.
    for chain, part in chains:
        if (chain[0], part) not in ours and not any(part_of(module) in parts for module in chain[1:-1]):
            yield 0, "only import-linter", (chain, part)
    yield len(ours), None, None


def shared(importer, imported):
    """The package in whose two children they are."""
    parts = list(zip(importer.split("."), imported.split(".")))
    return ".".join(a for a, _ in parts[: next(number for number, (a, b) in enumerate(parts) if a != b)])


def compare_cycles(graph, check, own, options):
    """Where there are cycles, and that what ssot would cut leaves none."""
    theirs = set(check.metadata["cycle_breakers_by_package"])
    ours = {shared(importer, imported) for importer, imported, _ in own}
    yield from ((0, "only ssot has cycles below", package) for package in ours - theirs)
    yield from ((0, "only import-linter has cycles below", package) for package in theirs - ours)
    opened = copy.deepcopy(graph)
    for importer, imported, _ in own:
        opened.remove_import(importer=importer, imported=imported)
    for package in theirs:
        left = opened.nominate_cycle_breakers(package)
        if left:
            yield 0, "not opened", (package, sorted(left)[:3])
    yield len(own), None, None


case = json.load(sys.stdin)
ROOTS = case["packages"]
configuration.configure()
graph = grimp.build_graph(*ROOTS, include_external_packages=True, cache_dir=None)
inner = {module for module in graph.modules if any(below(module, root) for root in ROOTS)}
imported = {module: graph.find_modules_directly_imported_by(module) & inner for module in inner}
# grimp has an edge for a module that imports itself, which says nothing in any contract.
theirs = {(module, target) for module, targets in imported.items() for target in targets if target != module}
ours = {(importer, target) for importer, target in case["edges"]}
known = {(importer, target) for importer, target in case["known"]}
different = 0
for what, found in (("only ssot", ours - theirs - known), ("only grimp", theirs - ours), ("no longer", known & theirs)):
    for importer, target in sorted(found):
        different += 1
        print(f"import, {what}: {importer} -> {target}")
# What only ssot sees is given to the other, so that the contracts are compared on the same imports.
for importer, target in known:
    for module in (importer, target):
        graph.add_module(module.rpartition(".")[0])
    graph.add_import(importer=importer, imported=target)
counts = defaultdict(int)
for name, contract in sorted(case["contracts"].items()):
    for count, what, found in compare(graph, name, contract):
        counts[name] = max(counts[name], count)
        if what:
            different += 1
            print(f"{name}, {what}: {found}")
nothing = [name for name in case["contracts"] if not counts[name] and not name.endswith("kept")]
for name in nothing:
    print(f"{name}: nothing was found, so nothing was compared")
print(f"{len(ours & theirs)} imports compared, {sum(counts.values())} findings", file=sys.stderr)
sys.exit(1 if different or nothing else 0)
