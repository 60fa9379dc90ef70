#!/usr/bin/env python3
"""Holds a one-shot query on the embedded notes against `oxigraph query` on a store of the same triples.

usage: start.py KGQ [--runs N]

Whole processes, in turn; the answers are compared before the times. Prints the medians and the median of the ratios of
pairs. The peer is PyPI's `oxigraph`, as pip installs it.
"""

import argparse
import os
import statistics
import sys
import tempfile

from run import native, table, timed

QUERY = "SELECT ?p ?o WHERE { <https://kgq.example/notes#EKS> ?p ?o }"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("kgq")
    arguments.add_argument("--runs", type=int, default=20)
    arguments = arguments.parse_args()
    oxigraph = native("oxigraph")
    with tempfile.TemporaryDirectory() as folder:
        data, store = os.path.join(folder, "notes.nq"), os.path.join(folder, "store")
        timed([arguments.kgq, "export", "-o", data])
        timed([oxigraph, "load", "--location", store, "--file", data])
        ours = [arguments.kgq, "query", "-q", QUERY, "-f", "tsv"]
        theirs = [oxigraph, "query", "--location", store, "--query", QUERY, "--results-format", "tsv"]
        if table(timed(ours)["output"]) != table(timed(theirs)["output"]):
            sys.exit("the answers differ")
        pairs = [(timed(ours), timed(theirs)) for _ in range(arguments.runs)]
    for name, clock in [("wall", "wall"), ("processor", "cpu")]:
        us, them = ([run[clock] * 1000 for run in runs] for runs in zip(*pairs))
        ratio = statistics.median(a / b for a, b in zip(us, them))
        print(
            f"{name} time, medians of {arguments.runs}: kgq {statistics.median(us):.1f} ms, "
            f"oxigraph {statistics.median(them):.1f} ms, ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
