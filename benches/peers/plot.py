#!/usr/bin/env python3
"""Draws what run.py measured: how many times as long each peer takes as kgq, on a logarithmic scale.

usage: plot.py FIGURES.json OUT.svg        (needs PyPI's matplotlib)
"""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "kgq"
matplotlib.rcParams["svg.fonttype"] = "none"
import matplotlib.pyplot as plt

COLORS = {"oxigraph": "#c2571a", "memory": "#e0a030", "oxilite": "#4b7f52", "rdflib": "#3b6ea5", "comunica": "#7a4f9a"}
NAMES = {
    "oxigraph": "Oxigraph's command line",
    "memory": "Oxigraph in memory, loaded",
    "oxilite": "oxilite",
    "rdflib": "rdflib in memory, loaded",
    "comunica": "Comunica",
}


def main():
    with open(sys.argv[1]) as file:
        runs = json.load(file)
    figure, panels = plt.subplots(1, 2, figsize=(11, 1.2 + 0.34 * sum(len(run["queries"]) for run in runs.values())), sharey=True)
    places, labels, y = [], [], 0
    for title, run in runs.items():
        for peer in run["queries"]:
            places.append(y)
            labels.append(f"{NAMES[peer]} · {title}")
            ratios = run["queries"][peer].values()
            panels[0].scatter(ratios, [y] * len(ratios), s=14, color=COLORS[peer], alpha=0.45, linewidths=0)
            if run["mean"][peer]:
                panels[0].scatter([run["mean"][peer]], [y], s=90, marker="|", color=COLORS[peer], linewidths=3)
                panels[0].annotate(f"{run['mean'][peer]:.1f}×", (run["mean"][peer], y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
            build = run["build"].get(peer)
            if build:
                panels[1].barh([y], [build], height=0.5, color=COLORS[peer])
                panels[1].annotate(f"{build:.1f}×", (build, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
            y += 1
        y += 0.6
    for panel, title in zip(panels, ["time of queries / kgq's (bar: geometric mean)", "time of building or loading / kgq's"]):
        panel.set_xscale("log")
        panel.axvline(1, color="#888888", linewidth=1)
        panel.set_title(title, fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_yticks(places, labels, fontsize=9)
    panels[0].invert_yaxis()
    figure.tight_layout()
    figure.savefig(sys.argv[2], metadata={"Date": None})


if __name__ == "__main__":
    main()
