#!/usr/bin/env python3
"""Holds variants of kgq's order of facts against each other, each choice made on one half of the entities and scored on the other.

usage: variants.py DIRECTORY [--seeds N] [--only TEXT]

DIRECTORY as for run.py. Each variant is the rule of src/rank.rs with another key by which properties are sorted; what still
ties is broken at random, averaged over N seeds. An entity's facts stand alone: counts are those of its own description.
Prints a Markdown table with the scores on each half, and which variant each half would choose by the mean of its measures.
"""

import argparse
import collections
import hashlib
import re
import statistics

import run

# How many facts make an entity worth summing up.
LEAST = 12

# What sorts the properties: the form of their values, how many there are.
VARIANTS = {
    "few values": lambda form, count: (count,),
    "few values, then numbers last": lambda form, count: (count, form == 2),
    "few values, then form": lambda form, count: (count, form),
    "numbers last, then few values": lambda form, count: (form == 2, count),
    "form, then few values": lambda form, count: (form, count),
    "form": lambda form, count: (form,),
}
MEASURES = [(f"{name}@{k}", measure, k) for k in run.DEPTHS for name, measure in (("NDCG", run.Entity.ndcg), ("F", run.Entity.f_measure))]


def digest(*parts):
    return hashlib.md5(" ".join(map(str, parts)).encode()).hexdigest()


def form(value):
    """0 for a thing or a date, 1 for a text, 2 for a number."""
    text = value.strip('"').strip()
    year = re.fullmatch(r"\d{4}", text) and "1000" <= text < "2100"
    if value.startswith("<") or year or re.match(r"\d{4}-\d\d", text):
        return 0
    try:
        float(text)
        return 2
    except ValueError:
        return 1


def normalised(value):
    text = value.rsplit("/", 1)[-1] if value.startswith("<") else value
    return "".join(filter(str.isalnum, text.lower()))


def order(entity, key, seed):
    """The numbers of the facts as the rule with this key tells them."""
    numbers = collections.defaultdict(list)
    for number, line in entity.lines.items():
        numbers[tuple(line[:-2].split(" ", 2)[1:])].append(number)
    uses = collections.Counter(value for _, value in numbers)
    groups = collections.defaultdict(list)
    for prop, value in numbers:
        groups[prop].append(value)
    queues = []
    for prop, values in groups.items():
        values.sort(key=lambda v: (uses[v], digest(seed, v)))
        queues.append((key(min(map(form, values)), len(values)), digest(seed, prop), prop, iter(values)))
    queues.sort(key=lambda queue: queue[:2])
    dates = [normalised(v) for _, v in numbers if form(v) == 0 and not v.startswith("<")]
    told = {date[:4] for date in dates if re.match(r"\d{8}", date)}
    chosen, postponed, before = [], [], -1
    while len(chosen) > before:
        before = len(chosen)
        for _, _, prop, values in queues:
            for value in values:
                text = normalised(value)
                if text and text in told:
                    postponed.append((prop, value))
                    continue
                told.add(text)
                chosen.append((prop, value))
                break
    return [number for fact in chosen + postponed for number in numbers[fact]]


def scores(entities, key, seeds):
    """The mean of each measure."""
    found = [[] for _ in MEASURES]
    for entity in entities:
        for seed in range(seeds):
            numbers = order(entity, key, seed)
            for means, (_, measure, depth) in zip(found, MEASURES):
                means.append(measure(entity, numbers, depth))
    return [statistics.mean(s for s in means if s is not None) for means in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="", help="only facts whose property holds this, of entities with at least %d of them" % LEAST)
    arguments = parser.parse_args()
    entities = run.read(arguments.directory).values()
    for entity in entities:
        entity.lines = {n: line for n, line in entity.lines.items() if arguments.only in line.split(" ")[1]}
        entity.importance = {n: entity.importance[n] for n in entity.lines}
    entities = [e for e in entities if not arguments.only or len(e.lines) >= LEAST]
    halves = [[e for e in entities if int(digest(e.name), 16) % 2 == half] for half in (0, 1)]
    table = {name: [scores(half, key, arguments.seeds) for half in halves] for name, key in VARIANTS.items()}
    print("| properties by | " + " | ".join(f"{name}, half {half}" for half in (1, 2) for name, _, _ in MEASURES) + " |")
    print("| --- |" + " ---: |" * (2 * len(MEASURES)))
    for name, both in table.items():
        print(f"| {name} | " + " | ".join(f"{score:.3f}" for half in both for score in half) + " |")
    for half in (0, 1):
        best = max(table, key=lambda name: statistics.mean(table[name][half]))
        print(f"\nHalf {half + 1} chooses “{best}”: " + ", ".join(f"{n} {s:.3f}" for (n, _, _), s in zip(MEASURES, table[best][1 - half])) + f" on half {2 - half}.")


if __name__ == "__main__":
    main()
