#!/usr/bin/env python3
"""Holds variants of kgq's order of facts against each other, each choice made on some of the entities and scored on the others.

usage: variants.py DIRECTORY [--seeds N] [--only TEXT]

DIRECTORY as for run.py. Each variant is the rule of src/rank.rs with another key by which properties are sorted, or another by
which kinds are; what ties is broken at random, averaged over N seeds. Prints a Markdown table with the means over all entities,
`alone` and `together`, and for each fold (of ESBM its own five, of DynES two halves) which variant the other folds would choose
by the mean of all columns, and how this one and kgq's own do on the fold.
"""

import argparse
import collections
import hashlib
import os
import re
import statistics

import run

# How many facts make an entity worth summing up.
LEAST = 12
ROLES = os.path.join(os.path.dirname(__file__), "../../ontology/roles.ttl")
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def weighing(*more):
    """Few values first, where each form of values weighs as some values more."""
    return lambda form, count: (count + more[form], form)


# What sorts the properties: the form of their values (0 things and dates, 1 texts, 2 numbers), how many there are.
KEYS = {
    "few values": lambda form, count: (count,),
    "few values, then numbers last": lambda form, count: (count, form == 2),
    "few values, then form": lambda form, count: (count, form),
    "numbers last, then few values": lambda form, count: (form == 2, count),
    "form, then few values": lambda form, count: (form, count),
    "few values, text +1, number +2": weighing(0, 1, 2),
    "few values, text +2, number +4": weighing(0, 2, 4),
}
# Whether kinds of vocabularies that also describe the entity go first.
VARIANTS = {(name, own): key for name, key in KEYS.items() for own in (False, True)}
OURS = ("few values, text +2, number +4", True)


def roles():
    """The properties and classes of each role that `ontology/roles.ttl` gives them, in order of rank."""
    with open(ROLES, encoding="utf-8") as file:
        text = file.read()
    namespaces = dict(re.findall(r"^@prefix (\w*): <(.*)>", text, re.M))
    found = collections.defaultdict(list)
    for name, role, rank in re.findall(r"^(\S+) a k:(\w+)(?: ; k:rank (\d+))?.* \.$", text, re.M):
        prefix, _, local = name.partition(":")
        found[role].append((int(rank or 99), name if name[0] == "<" else f"<{namespaces[prefix]}{local}>"))
    return {role: [iri for _, iri in sorted(iris)] for role, iris in found.items()}


BY_ROLE = roles()
HIERARCHY, LABELS, DULL = (BY_ROLE[f"{role}"] for role in ("HierarchyProperty", "LabelProperty", "BookkeepingClass"))
NOISE = {iri for role in ("Noise", "Label", "Alias", "Description", "Source") for iri in BY_ROLE[f"{role}Property"]}


def digest(*parts):
    return hashlib.md5(" ".join(map(str, parts)).encode()).hexdigest()


def parts(line):
    return line[:-2].split(" ", 2)


def text(value):
    """What stands between the quotes of a literal."""
    return re.match(r'"((?:[^"\\]|\\.)*)"', value)[1].strip()


def form(value):
    if value[0] != '"':
        return 0
    if re.match(r"\d{4}-\d\d", text(value)) or re.fullmatch(r"1\d{3}|20\d\d", text(value)) or value.endswith("#gYear>"):
        return 0
    try:
        float(text(value))
        return 2
    except ValueError:
        return 1


def namespace(iri):
    return re.match(r"<?(.*[#/:])?", iri)[0]


class Graph:
    """What the rule knows of the facts around an entity's own."""

    def __init__(self, lines):
        self.uses, self.common, self.labels = collections.Counter(), collections.Counter(), {}
        for subject, prop, value in map(parts, set(lines)):
            self.uses.update((subject, value))
            self.common[prop] += 1
            if prop in LABELS:
                self.labels.setdefault(subject, value)

    def normalised(self, value):
        shown = self.labels.get(value, value)
        shown = text(shown) if shown[0] == '"' else re.split("[#/]", shown[1:-1])[-1]
        return "".join(filter(str.isalnum, shown.lower())) or shown

    def order(self, entity, variant, seed):
        """The numbers of the facts as a variant of the rule tells them."""
        numbers, groups = collections.defaultdict(list), collections.defaultdict(set)
        for number, line in entity.lines.items():
            subject, prop, value = parts(line)
            incoming = subject != f"<{entity.iri}>"
            value = subject if incoming else value
            numbers[prop, incoming, value].append(number)
            groups[prop, incoming].add(value)
        own = {namespace(prop) for prop, _ in groups}
        queues = []
        for (prop, incoming), values in groups.items():
            is_kind = prop == TYPE and not incoming
            dull = {v for v in values if is_kind and v in DULL}
            foreign = lambda v: is_kind and variant[1] and namespace(v) not in own
            ordered = sorted(values, key=lambda v: (v in dull, foreign(v), self.uses[v], digest(seed, v)))
            counted = values - dull or values
            noise = prop in NOISE or values == dull
            step = HIERARCHY.index(prop) if prop in HIERARCHY else len(HIERARCHY)
            key = VARIANTS[variant](min(map(form, values)), len(counted))
            queues.append((noise, incoming, *key, step, -self.common[prop], digest(seed, prop), prop, iter(ordered)))
        queues.sort(key=lambda queue: queue[:-2])
        dates = (self.normalised(v) for _, _, v in numbers if v[0] == '"' and form(v) == 0)
        told = {""} | {date[:4] for date in dates if re.match(r"\d{8}", date)}
        chosen, postponed, before = [], [], -1
        while len(chosen) > before:
            before = len(chosen)
            for _, incoming, *_, prop, values in queues:
                for value in values:
                    if (read := self.normalised(value)) in told:
                        postponed.append((prop, incoming, value))
                        continue
                    told.add(read)
                    chosen.append((prop, incoming, value))
                    break
        return [number for fact in chosen + postponed for number in numbers[fact]]


def scored(entities, graphs, variant, columns, seeds):
    """By entity's name and column the mean over the seeds; none where a measure says nothing of an entity."""
    found = {}
    for entity in entities:
        orders = [graphs(entity).order(entity, variant, seed) for seed in range(seeds)]
        for title, part, measure, depth in columns:
            if entity in part and measure(entity, orders[0], depth) is not None:
                found[entity.name, title] = statistics.mean(measure(entity, order, depth) for order in orders)
    return found


def mean(scores, keep=lambda name, title: True):
    return statistics.mean(score for key, score in scores.items() if keep(*key))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="only facts whose property holds this, of entities with at least %d of them" % LEAST)
    arguments = parser.parse_args()
    source = run.collection(arguments.directory)
    entities = source.read(arguments.directory)
    for entity in entities:
        entity.lines = {n: line for n, line in entity.lines.items() if arguments.only in parts(line)[1]}
    entities = [e for e in entities if not arguments.only or len(e.lines) >= LEAST]
    columns = source.columns(entities)
    alone = {e.name: Graph(e.lines.values()) for e in entities}
    everything = Graph(line for e in entities for line in e.lines.values())
    ways = {"alone": lambda e: alone[e.name], "together": lambda e: everything}
    table = {}
    print("| properties by | own kinds first | " + " | ".join(f"{title}, {way}" for way in ways for title, *_ in columns) + " |")
    print("| --- | --- |" + " ---: |" * (len(ways) * len(columns)))
    for variant in VARIANTS:
        table[variant] = {}
        cells = []
        for way, graphs in ways.items():
            scores = scored(entities, graphs, variant, columns, arguments.seeds)
            cells += [mean(scores, lambda _, of: of == title) for title, *_ in columns]
            table[variant] |= {(name, f"{title}, {way}"): score for (name, title), score in scores.items()}
        print(f"| {variant[0]} | {'yes' if variant[1] else 'no'} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    for fold in sorted({e.fold for e in entities}):
        tested = {e.name for e in entities if e.fold == fold}
        best = max(table, key=lambda variant: mean(table[variant], lambda name, _: name not in tested))
        score = lambda variant: mean(table[variant], lambda name, _: name in tested)
        was = ", ".join(f"“{name}{', own kinds first' if own else ''}” {score((name, own)):.3f}" for name, own in dict.fromkeys((best, OURS, ("form, then few values", False))))
        print(f"\nFold {fold + 1}, for which the others choose the first: {was}")


if __name__ == "__main__":
    main()
