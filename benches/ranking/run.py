#!/usr/bin/env python3
"""Scores the order in which `kgq show` tells facts by what people found worth telling of an entity, beside other orders.

usage: run.py KGQ DIRECTORY [--seeds N]

DIRECTORY is a copy of DynES or of ESBM; dynes.py and esbm.py say which, where from, and how it is scored. Each entity's facts are
given to kgq as a file of their own (`alone`) and among those of all entities (`together`); kgq's order is that of
`show -f ntriples`, which has every fact, names and descriptions too. Prints a Markdown table. Rankings that leave facts out get
them behind the others in random order; random orders are averaged over N seeds.
"""

import argparse
import collections
import os
import random
import statistics
import subprocess
import sys
import tempfile

import dynes
import esbm

# More than any entity has.
ALL_FACTS = 100_000


def collection(directory):
    """The module that reads what is in a directory."""
    return esbm if os.path.isdir(os.path.join(directory, "v1.2")) else dynes


def order(kgq, entity, file):
    """The numbers of an entity's facts in the order in which kgq tells them; facts that only the file has are passed over."""
    command = [kgq, "-d", file, "show", f"<{entity.iri}>", "--top", str(ALL_FACTS), "-f", "ntriples"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    numbers = collections.defaultdict(list)
    for number, line in entity.lines.items():
        numbers[line].append(number)
    told = [number for line in output.splitlines() for number in numbers.pop(line, [])]
    if numbers:
        sys.exit(f"kgq does not tell of {entity.iri}: {next(iter(numbers))}")
    return told


def completed(entity, order, seed):
    """An order with the facts that it lacks behind it, in random order."""
    rest = sorted(set(entity.lines) - set(order))
    random.Random(f"{entity.name} {seed}").shuffle(rest)
    return [number for number in order if number in entity.lines] + rest


def frequencies(entities):
    """The orders by how often a property, or a value, occurs in the collection."""
    parts = lambda line: line.split(" ", 2)[1:]
    lines = [line for entity in entities for line in entity.lines.values()]
    properties = collections.Counter(parts(line)[0] for line in lines)
    values = collections.Counter(parts(line)[1] for line in lines)
    return {
        "common properties first": lambda line: -properties[parts(line)[0]],
        "common values first": lambda line: -values[parts(line)[1]],
        "rare properties first": lambda line: properties[parts(line)[0]],
    }


def of_kgq(kgq, entities):
    """kgq's orders by how it is given the facts and the entity's name."""
    told = {"kgq, together": {}, "kgq, alone": {}}
    with tempfile.TemporaryDirectory() as scratch:
        together, alone = os.path.join(scratch, "all.nt"), os.path.join(scratch, "one.nt")
        with open(together, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for e in entities for line in e.lines.values())
        for entity in entities:
            with open(alone, "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in entity.lines.values())
            told["kgq, together"][entity.name] = order(kgq, entity, together)
            told["kgq, alone"][entity.name] = order(kgq, entity, alone)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kgq")
    parser.add_argument("directory")
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    source = collection(arguments.directory)
    entities = source.read(arguments.directory)
    orders = {}
    for name, told in of_kgq(arguments.kgq, entities).items():
        orders[name] = lambda e, depth, seed, told=told: told[e.name]
    for name, run in source.runs(arguments.directory, entities).items():
        rest = completed if source.RUNS_ARE_RANKINGS else lambda e, order, seed: order
        orders[name] = lambda e, depth, seed, run=run, rest=rest: rest(e, run[e.name][depth], seed)
    for name, key in frequencies(entities).items():
        orders[name] = lambda e, depth, seed, key=key: sorted(completed(e, [], seed), key=lambda n: key(e.lines[n]))
    orders["random"] = lambda e, depth, seed: completed(e, [], seed)
    columns = source.columns(entities)
    print("| order | " + " | ".join(title for title, *_ in columns) + " |")
    print("| --- |" + " ---: |" * len(columns))
    for name, ordered in orders.items():
        cells = []
        for _, part, measure, depth in columns:
            scores = [measure(e, ordered(e, depth, seed), depth) for e in part for seed in range(arguments.seeds)]
            cells.append(f"{statistics.mean(s for s in scores if s is not None):.3f}")
        print(f"| {name} | " + " | ".join(cells) + " |")
    print(source.people(entities))


if __name__ == "__main__":
    main()
