#!/usr/bin/env python3
"""Scores the order in which `kgq show` tells facts by what people found important of 100 DBpedia entities.

usage: run.py KGQ DIRECTORY [--seeds N]

DIRECTORY is a copy of https://github.com/iai-group/DynamicEntitySummarization-DynES (Hasibi, Balog and Svein 2017,
https://doi.org/10.1145/3077136.3080810): `data/fact_ranking_coll.tsv` has facts of entities, each rated 0 to 2 for its
importance by crowd workers, `runs/` how other systems rank them. Each entity's facts are given to kgq as a file of their own
(`alone`) and among those of all entities (`together`). Prints a Markdown table of NDCG, as in the paper, and of the
F-measure of the first k facts against the k most important ones, the mean over all ways to choose these where ratings
tie. Runs that do not rank every fact get the rest in random order; random orders are averaged over N seeds.
"""

import argparse
import collections
import csv
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile

NAMESPACES = {
    "dbpedia": "http://dbpedia.org/resource/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbp": "http://dbpedia.org/property/",
}
DEPTHS = (5, 10)


def iri(text):
    """`<prefix:name>` as an IRI in full; None for a literal."""
    match = re.fullmatch(r"<(\w+):(.*)>", text)
    if match is None:
        return None
    return NAMESPACES.get(match[1], f"http://example.org/{match[1]}/") + re.sub(r'[\s<>"{}|^`\\]', "_", match[2])


def triple(row):
    """A row of the collection as a line of N-Triples."""
    value = iri(row["obj"])
    if value is None:
        text = row["obj"].replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        value = f'"{text}"'
    else:
        value = f"<{value}>"
    return f"<{iri(row['en_id'])}> <{iri(row['pred'])}> {value} ."


class Entity:
    """The facts of one entity: lines of N-Triples, and by the number of each how important it is."""

    def __init__(self, name):
        self.name = name
        self.lines = {}
        self.importance = {}

    def order(self, kgq, file):
        """The numbers of the facts in the order in which kgq tells them."""
        command = [kgq, "-d", file, "show", f"<{iri(self.name)}>", "--top", str(len(self.lines)), "-f", "ntriples"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        numbers = collections.defaultdict(list)
        for number, line in self.lines.items():
            numbers[line].append(number)
        told = [line for line in output.splitlines() if line in numbers]
        return [numbers[line].pop(0) for line in told for _ in list(numbers[line])]

    def completed(self, order, seed):
        """An order with the facts that it lacks behind it, in random order."""
        rest = sorted(set(self.importance) - set(order))
        random.Random(f"{self.name} {seed}").shuffle(rest)
        return [number for number in order if number in self.importance] + rest

    def ndcg(self, order, depth):
        """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), with the rating as the gain."""
        gain = lambda ratings: sum(r / math.log2(at + 2) for at, r in enumerate(ratings[:depth]))
        best = gain(sorted(self.importance.values(), reverse=True))
        return gain([self.importance[number] for number in order]) / best if best else None

    def f_measure(self, order, depth):
        """Expected share of the first facts that are among as many most important ones, ties among these broken at random."""
        best = sorted(self.importance.values(), reverse=True)[:depth]
        if not best or not best[0]:
            return None
        last = best[-1]
        share = best.count(last) / list(self.importance.values()).count(last)
        hits = [self.importance[number] for number in order[:depth]]
        return sum(1 if r > last else share if r == last else 0 for r in hits) / len(best)


def read(directory):
    """The entities of the collection."""
    entities = {}
    with open(os.path.join(directory, "data/fact_ranking_coll.tsv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            entity = entities.setdefault(row["en_id"], Entity(row["en_id"]))
            entity.lines[row["id"]] = triple(row)
            entity.importance[row["id"]] = int(row["imp"])
    return entities


def runs(directory, entities):
    """The orders of other systems by their names."""
    found = {}
    for name in ("relin", "summarum", "linksum", "dynes_imp"):
        orders = collections.defaultdict(list)
        with open(os.path.join(directory, f"runs/{name}.run"), encoding="utf-8") as file:
            for line in file:
                _, entity, number, rank, _, _ = line.rstrip("\n").split("\t")
                orders[entity].append((int(rank), number))
        found[name] = {e: [number for _, number in sorted(orders[e])] for e in entities}
    return found


def frequencies(entities):
    """The orders by how often a property, or a value, occurs in the collection."""
    parts = lambda line: line.split(" ", 2)[1:]
    lines = [line for entity in entities.values() for line in entity.lines.values()]
    properties = collections.Counter(parts(line)[0] for line in lines)
    values = collections.Counter(parts(line)[1] for line in lines)
    keys = {
        "common properties first": lambda line: -properties[parts(line)[0]],
        "rare properties first": lambda line: properties[parts(line)[0]],
        "common values first": lambda line: -values[parts(line)[1]],
    }
    return keys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kgq")
    parser.add_argument("directory")
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    entities = read(arguments.directory)
    others = runs(arguments.directory, entities)
    orders = {name: lambda e, seed, o=o: e.completed(o[e.name], seed) for name, o in others.items()}
    for name, key in frequencies(entities).items():
        orders[name] = lambda e, seed, key=key: sorted(e.completed([], seed), key=lambda n: key(e.lines[n]))
    orders["random"] = lambda e, seed: e.completed([], seed)
    with tempfile.TemporaryDirectory() as scratch:
        together = os.path.join(scratch, "all.nt")
        with open(together, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for e in entities.values() for line in e.lines.values())
        told = {"kgq, together": {}, "kgq, alone": {}}
        for entity in entities.values():
            told["kgq, together"][entity.name] = entity.order(arguments.kgq, together)
            alone = os.path.join(scratch, "one.nt")
            with open(alone, "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in entity.lines.values())
            told["kgq, alone"][entity.name] = entity.order(arguments.kgq, alone)
    for name, found in told.items():
        orders[name] = lambda e, seed, found=found: e.completed(found[e.name], seed)
    measures = [(f"{name}@{k}", measure, k) for k in DEPTHS for name, measure in (("NDCG", Entity.ndcg), ("F", Entity.f_measure))]
    print("| order | " + " | ".join(name for name, _, _ in measures) + " |")
    print("| --- |" + " ---: |" * len(measures))
    for name, order in orders.items():
        cells = []
        for _, measure, depth in measures:
            scores = [measure(e, order(e, seed), depth) for e in entities.values() for seed in range(arguments.seeds)]
            cells.append(f"{statistics.mean(s for s in scores if s is not None):.3f}")
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    sys.exit(main())
