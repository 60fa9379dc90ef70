#!/usr/bin/env python3
"""Holds kgq's inference against the crate `reasonable`: the RDFS closure of the same N-Triples.

usage: infer.py KGQ FILE.nt [--runs N] [--cpu]

kgq runs the rules of ontology/rules/, reasonable all of OWL 2 RL; on data whose only axioms are RDFS's both infer the same, but for
what reasonable says of every class and resource (reflexive axioms, owl:Thing), which is left out of the comparison. Whole
processes from text: reading, inference and a count. Build the peer first:

    cargo build --release --manifest-path benches/peers/reasonable/Cargo.toml
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from run import timed

PEER = Path(__file__).parent / "reasonable/target/release/reasonable-peer"
TRIVIAL = ("http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2001/XMLSchema#")


def inferred(lines, stated):
    """What was inferred of the data: not stated, not reflexive, not of OWL's or RDFS's own words."""
    found = set()
    for line in lines:
        line = line.strip()
        if not line.endswith(".") or line in stated:
            continue
        subject, predicate, value = line[:-1].strip().split(" ", 2)
        trivial = any(term.strip("<> ").startswith(TRIVIAL) for term in (subject, value))
        if subject != value.strip() and not trivial and subject.startswith("<"):
            found.add((subject, predicate, value.strip()))
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kgq")
    arguments.add_argument("data")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--cpu", action="store_true")
    arguments = arguments.parse_args()
    clock = "cpu" if arguments.cpu else "wall"

    with tempfile.TemporaryDirectory() as folder:
        # reasonable tells N-Triples by this extension only.
        data = os.path.join(folder, "data.n3")
        os.symlink(os.path.abspath(arguments.data), data)
        with open(arguments.data) as file:
            stated = {line.strip() for line in file}
        closed = os.path.join(folder, "closed.nt")
        subprocess.run([PEER, data, closed], check=True, stdout=subprocess.DEVNULL)
        with open(closed) as file:
            theirs = inferred(file, stated)
        ours = subprocess.run(
            [arguments.kgq, "-d", arguments.data, "--infer", "export", "-f", "ntriples"], check=True, capture_output=True, text=True
        )
        ours = inferred(ours.stdout.splitlines(), stated)
        if ours != theirs:
            sys.exit(
                f"they differ: {len(ours - theirs)} only kgq's, as {sorted(ours - theirs)[:3]}; "
                f"{len(theirs - ours)} only reasonable's, as {sorted(theirs - ours)[:3]}"
            )
        count = "SELECT (COUNT(*) AS ?n) { GRAPH <https://kgq.example/ontology#inferred> { ?s ?p ?o } }"
        runs = {"kgq": [], "reasonable": []}
        alone = []
        for _ in range(arguments.runs):
            runs["kgq"].append(timed([arguments.kgq, "-d", arguments.data, "query", "--infer", "-q", count]))
            runs["reasonable"].append(timed([str(PEER), data]))
            alone.append(float(runs["reasonable"][-1]["output"].split()[1]))
        best = {name: min(found, key=lambda run: run[clock]) for name, found in runs.items()}
        print(f"{len(stated):,} triples, {len(ours):,} inferred; {clock} time\n")
        print("| | kgq | reasonable | ratio |\n| --- | ---: | ---: | ---: |")
        for line, key, unit in [("seconds", clock, 1), ("peak MB", "kb", 1e3)]:
            kgq, peer = best["kgq"][key] / unit, best["reasonable"][key] / unit
            print(f"| {line} | {kgq:,.2f} | {peer:,.2f} | {peer / kgq:.1f} |")
        print(f"\nOf reasonable's seconds {min(alone):.2f} are its `reason()` alone (wall time).")


if __name__ == "__main__":
    main()
