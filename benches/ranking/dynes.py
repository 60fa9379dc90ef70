"""DynES: facts of 100 DBpedia entities, each rated 0 to 2 for its importance by crowd workers.

A copy of https://github.com/iai-group/DynamicEntitySummarization-DynES (Hasibi, Balog and Svein 2017,
https://doi.org/10.1145/3077136.3080810): `data/fact_ranking_coll.tsv` has the ratings, `runs/` how other systems rank the facts.
Scored by NDCG, as in the paper, and by the F-measure of the first k facts against the k most important ones, the mean over all
ways to choose these where ratings tie.
"""

import collections
import csv
import hashlib
import math
import os
import re

NAMESPACES = {
    "dbpedia": "http://dbpedia.org/resource/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbp": "http://dbpedia.org/property/",
}
RUNS_ARE_RANKINGS = True
SYSTEMS = ("summarum", "linksum", "relin", "dynes_imp")


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
        self.iri = iri(name)
        # Half of the entities, by a hash of the name.
        self.fold = int(hashlib.md5(name.encode()).hexdigest(), 16) % 2
        self.lines = {}
        self.importance = {}

    def ndcg(self, order, depth):
        """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), with the rating as the gain."""
        gain = lambda ratings: sum(r / math.log2(at + 2) for at, r in enumerate(ratings[:depth]))
        best = gain(sorted((self.importance[n] for n in self.lines), reverse=True))
        return gain([self.importance[number] for number in order]) / best if best else None

    def f_measure(self, order, depth):
        """Expected share of the first facts that are among as many most important ones, ties among these broken at random."""
        ratings = sorted((self.importance[n] for n in self.lines), reverse=True)
        best = ratings[:depth]
        if not best or not best[0]:
            return None
        last = best[-1]
        share = best.count(last) / ratings.count(last)
        hits = [self.importance[number] for number in order[:depth]]
        return sum(1 if r > last else share if r == last else 0 for r in hits) / len(best)


def columns(entities):
    """What is scored: a title, the entities, the measure and its depth."""
    measures = (("NDCG", Entity.ndcg), ("F", Entity.f_measure))
    return [(f"{name}@{depth}", entities, measure, depth) for depth in (5, 10) for name, measure in measures]


def read(directory):
    """The entities of the collection."""
    entities = {}
    with open(os.path.join(directory, "data/fact_ranking_coll.tsv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            entity = entities.setdefault(row["en_id"], Entity(row["en_id"]))
            entity.lines[row["id"]] = triple(row)
            entity.importance[row["id"]] = int(row["imp"])
    return list(entities.values())


def runs(directory, entities):
    """The orders of other systems: by system, entity's name and depth."""
    found = {}
    for name in SYSTEMS:
        orders = collections.defaultdict(list)
        with open(os.path.join(directory, f"runs/{name}.run"), encoding="utf-8") as file:
            for line in file:
                _, entity, number, rank, _, _ = line.rstrip("\n").split("\t")
                orders[entity].append((int(rank), number))
        ranked = {e.name: [number for _, number in sorted(orders[e.name])] for e in entities}
        found[name] = {e: {5: order, 10: order} for e, order in ranked.items()}
    return found


def people(entities):
    """How well people do by the same measures: not known."""
    return ""
