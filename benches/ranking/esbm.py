"""ESBM v1.2: 175 entities of DBpedia and LinkedMDB, of each six people's choices of the 5 and of the 10 facts that sum it up best.

A copy of https://github.com/nju-websoft/ESBM (Liu, Cheng, Gunaratna and Qu 2020), `v1.2/runs_v1.2.zip` unpacked where it lies: the
summaries of other systems, which are scored beside kgq's. Scored by the F-measure as ESBM's evaluator has it: a summary against each
of the six, the mean of these, the mean over the entities.
"""

import os
import re
import statistics

SETS = {"dbpedia": "DBpedia", "lmdb": "LinkedMDB"}
DEPTHS = (5, 10)
# Summaries, which ESBM's evaluator takes as they are, however short.
RUNS_ARE_RANKINGS = False


def lines(path):
    """The lines of an N-Triples file without escapes of characters that need none, as kgq writes them."""
    with open(path, encoding="utf-8", newline="\n") as file:
        text = re.sub(r"\\u(\w{4})|\\U(\w{8})", lambda code: chr(int(code[1] or code[2], 16)), file.read())
    return [line.strip() for line in text.split("\n") if line.strip()]


class Entity:
    """The facts of one entity: lines of N-Triples, and by depth what each of six people chose of them."""

    def __init__(self, data, collection, number, iri, fold):
        self.name = f"{collection}/{number}"
        self.collection = collection
        self.iri = iri
        self.fold = fold
        directory = os.path.join(data, f"{collection}_data", number)
        self.lines = {line: line for line in lines(os.path.join(directory, f"{number}_desc.nt"))}
        files = {k: [os.path.join(directory, f"{number}_gold_top{k}_{person}.nt") for person in range(6)] for k in DEPTHS}
        self.chosen = {k: [set(lines(file)) for file in files[k]] for k in DEPTHS}

    def f_measure(self, order, depth):
        """The F-measure of the first facts against each person's, the mean."""
        told = set(order[:depth])
        return statistics.mean(2 * len(told & chosen) / (len(told) + len(chosen)) for chosen in self.chosen[depth])

    def agreement(self, depth):
        """The F-measure of each person's facts against each other person's, the mean."""
        people = self.chosen[depth]
        pairs = [(one, other) for one in people for other in people if one is not other]
        return statistics.mean(2 * len(one & other) / (len(one) + len(other)) for one, other in pairs)


def columns(entities):
    """What is scored: a title, the entities, the measure and its depth."""
    parts = {title: [e for e in entities if e.collection == name] for name, title in SETS.items()} | {"all": entities}
    return [(f"{title}, F@{depth}", part, Entity.f_measure, depth) for title, part in parts.items() for depth in DEPTHS]


def read(directory):
    """The entities, each with the fold in which it is tested."""
    data = os.path.join(directory, "v1.2/ESBM_benchmark_v1.2")
    folds = {}
    for collection in SETS:
        for fold in range(5):
            with open(os.path.join(data, f"{collection}_split/Fold{fold}/test.txt"), encoding="utf-8") as file:
                folds.update((line.split("\t")[0], fold) for line in file if line.strip())
    with open(os.path.join(data, "elist.txt"), encoding="utf-8") as file:
        rows = [line.split("\t") for line in file.read().splitlines()[1:]]
    return [Entity(data, row[1], row[0], row[3], folds[row[0]]) for row in rows]


def runs(directory, entities):
    """The summaries of other systems: by system, entity's name and depth."""
    top = os.path.join(directory, "v1.2/runs")
    systems = sorted(name for name in os.listdir(top) if os.path.isdir(os.path.join(top, name)))
    file = lambda system, entity, k: os.path.join(top, system, entity.name, f"{entity.name.split('/')[1]}_top{k}.nt")
    return {system: {e.name: {k: lines(file(system, e, k)) for k in DEPTHS} for e in entities} for system in systems}


def people(entities):
    """How well people do by the same measures."""
    scores = [(title, statistics.mean(e.agreement(depth) for e in part)) for title, part, _, depth in columns(entities)]
    return "One person's choice against another's: " + ", ".join(f"{title} {score:.3f}" for title, score in scores)
