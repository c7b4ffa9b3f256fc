#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs bench_api on several OpenCL implementations in turn, and sets their figures side by side.

Ours is linked directly (the build folder's libOpenCL.so.1); the others are reached through the
system's ICD loader, PoCL where its ICD is installed, and any named with --icd. Rounds alternate
(A B A B ...), each in a process of its own, so that a noisy moment meets all of them; the table
gives medians and minima over the samples of all rounds.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from command_line import parse, runner_parser
from implementations import VENDORS, loader_folder

# Name of the metric: how many times faster than the other implementation ours has to be (None: no
# aim), and our own aim in the metric's unit (None: no aim).
TARGETS = {
    "launch_round_trip": (4.0, 2000.0),
    "launch_stream": (4.0, 250.0),
    "write_64b": (4.0, 500.0),
    "map_unmap": (4.0, 1000.0),
    "graph": (4.0, 400.0),
    "set_arg_value": (None, 15.0),
    "set_arg_buffer": (None, 15.0),
    "write_64mib_to_memcpy": (None, 1.1),
}
# Kernels in flight: cost of one among the most, divided by cost of one among the fewest.
FEWEST, MOST, LINEAR_COST = "in_flight_10000", "in_flight_40000", 1.5


class Implementation:
    """A name, and the environment in which bench_api meets that implementation."""

    def __init__(self, name, library_folder, variables):
        self.name = name
        self.environment = dict(os.environ)
        self.environment["LD_LIBRARY_PATH"] = str(library_folder)
        self.environment.update(variables)
        self.description = None
        self.metrics = {}

    def run(self, program, options):
        """One round; adds its samples to those of earlier rounds."""
        with tempfile.TemporaryDirectory() as folder:
            report_file = pathlib.Path(folder) / "report.json"
            command = [str(program), "--quiet", "--json", str(report_file), *options]
            done = subprocess.run(command, env=self.environment, check=False)
            if done.returncode != 0:
                sys.exit(f"compare: bench_api on {self.name} ended with {done.returncode}")
            report = json.loads(report_file.read_text())
        self.description = report["implementation"]
        for metric in report["metrics"]:
            known = self.metrics.setdefault(metric["name"], dict(metric, samples=[]))
            known["samples"] += metric["samples"]
        return report["machine"]

    def median(self, metric):
        return statistics.median(self.metrics[metric]["samples"])

    def least(self, metric):
        return min(self.metrics[metric]["samples"])

    def summary(self):
        metrics = [
            dict(metric, median=self.median(name), min=self.least(name))
            for name, metric in self.metrics.items()
        ]
        return {"name": self.name, "implementation": self.description, "metrics": metrics}


def implementations(arguments):
    """Ours first, then those reached through the system's loader."""
    library = arguments.build / "lib"
    ours = {"VGPU_KERNELS": str(library / "libbench_nothing.so")}
    found = [Implementation("vgpu", library, ours)]
    icds = [pathlib.Path(icd) for icd in arguments.icd]
    pocl = VENDORS / "pocl.icd"
    if not icds and pocl.exists():
        icds = [pocl]
    folder = loader_folder()
    if not icds or not folder:
        print("compare: no other implementation found; install pocl-opencl-icd and "
              "ocl-icd-libopencl1, or name one with --icd", file=sys.stderr)
        return found
    for icd in icds:
        variables = {"OCL_ICD_VENDORS": str(icd.resolve()), **ours}
        found.append(Implementation(icd.stem, folder, variables))
    return found


def verdict(name, ours, others):
    """What the row says of our aims: nothing where there are none."""
    factor, aim = TARGETS.get(name, (None, None))
    words = []
    if factor is not None:
        for other in others:
            seen = other.median(name) / ours.median(name)
            words.append(f"{seen:.1f}x {'>=' if seen >= factor else 'BELOW'} {factor:g}x")
    if aim is not None:
        reached = ours.median(name) <= aim
        words.append(f"{'<=' if reached else 'ABOVE'} {aim:g}")
    return ", ".join(words)


def print_table(found, tiny):
    ours, others = found[0], found[1:]
    for implementation in found:
        about = implementation.description
        print(f"{implementation.name}: {about['platform']}, {about['version']}, {about['device']}")
    heads = "".join(f"{i.name + ' median':>16}{'min':>12}" for i in found)
    print(f"{'metric':<23}{heads}  unit   aims")
    for name, metric in ours.metrics.items():
        words = "" if tiny else verdict(name, ours, others)
        columns = "".join(f"{i.median(name):16.2f}{i.least(name):12.2f}" for i in found)
        print(f"{name:<23}{columns}  {metric['unit']:<6} {words}")
    if not tiny and FEWEST in ours.metrics and MOST in ours.metrics:
        for implementation in found:
            growth = implementation.median(MOST) / implementation.median(FEWEST)
            word = "linear" if growth <= LINEAR_COST else "MORE THAN LINEAR"
            print(f"{implementation.name}: cost of a kernel in flight, {MOST} to {FEWEST}: "
                  f"{growth:.2f} ({word})")


def parse_arguments():
    parser = runner_parser(
        __doc__, (5, "processes per implementation"), (7, "samples of each metric in a process"),
        "one round of sizes that show that it works, not how fast it is")
    parser.add_argument("-o", "--only", metavar="NAMES",
                        help="measure only these metrics, separated by commas")
    parser.add_argument("-i", "--icd", action="append", default=[], metavar="FILE",
                        help="compare with this ICD file's implementation (default: PoCL); "
                             "may be given several times")
    return parse(parser)


def main():
    arguments = parse_arguments()
    program = arguments.build.resolve() / "bin" / "bench_api"
    options = ["--repetitions", str(arguments.repetitions)]
    options += ["--tiny"] if arguments.tiny else []
    options += ["--only", arguments.only] if arguments.only else []
    arguments.build = arguments.build.resolve()
    found = implementations(arguments)
    machine = None
    for number in range(1 if arguments.tiny else arguments.rounds):
        for implementation in found:
            print(f"round {number + 1}: {implementation.name}", file=sys.stderr)
            machine = implementation.run(program, options)
    print_table(found, arguments.tiny)
    if arguments.json:
        report = {"version": 1, "program": "compare", "machine": machine,
                  "implementations": [implementation.summary() for implementation in found]}
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
