#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What observers cost: runs bench_api with each of them on, and with all off, in turn.

With --against, another build of vgpu joins in, as one without some observer: what that costs when
it is off. Rounds change their order, each run is a process of its own, and of each run the least
sample counts; the table gives the run that was least disturbed, the tenth and the quarter of runs
that were, and the middle. --pin binds all to cores, as taskset does.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

OBSERVERS = ("VGPU_LOG", "VGPU_TRACE", "VGPU_PROFILE", "VGPU_CHECK", "VGPU_REPORT")


def variants(build, against, folder):
    """Name, build folder and environment of each way to run."""
    rows = [("all off", build, {})]
    if against:
        rows.append((f"all off, {against}", against, {}))
    rows.append(("VGPU_LOG=info", build, {"VGPU_LOG": f"info,file={folder}/log"}))
    rows.append(("VGPU_TRACE", build, {"VGPU_TRACE": f"{folder}/trace.json"}))
    return rows


def run(build, variables, options, pin, folder):
    """The least sample of each metric of one run."""
    environment = {name: value for name, value in os.environ.items() if name not in OBSERVERS}
    environment.update(variables)
    report = pathlib.Path(folder) / "report.json"
    command = [str(build / "bin/bench_api"), "--quiet", "--json", str(report), *options]
    if pin:
        command = ["taskset", "-c", pin, *command]
    done = subprocess.run(command, env=environment, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"observers: {' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return {metric["name"]: metric["min"] for metric in json.loads(report.read_text())["metrics"]}


def measure(rows, arguments, folder):
    """For each name, a list of the least samples per metric."""
    found = {name: {} for name, _, _ in rows}
    options = ["--only", arguments.only, "--repetitions", str(arguments.repetitions)]
    for turn in range(arguments.runs):
        start = turn % len(rows)
        for name, build, variables in rows[start:] + rows[:start]:
            for metric, least in run(build, variables, options, arguments.pin, folder).items():
                found[name].setdefault(metric, []).append(least)
    return found


def share(values, part):
    """The value that `part` of them are not above."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"), help="build folder")
    parser.add_argument("--against", type=pathlib.Path, help="another one, whose observers are all off")
    parser.add_argument("--runs", type=int, default=20, help="of each (default: 20)")
    parser.add_argument("--repetitions", type=int, default=7, help="samples of a run (default: 7)")
    parser.add_argument("--only", default="launch_stream,launch_round_trip,write_64b", help="metrics")
    parser.add_argument("--pin", help="cores, as 0 or 0,1")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = variants(arguments.build, arguments.against, folder)
        found = measure(rows, arguments, folder)
    for metric in next(iter(found.values())):
        print(f"\n{metric}, ns{'least':>33}{'tenth':>9}{'quarter':>9}{'middle':>9}")
        for name, samples in found.items():
            values = samples[metric]
            figures = (min(values), share(values, 0.1), share(values, 0.25), statistics.median(values))
            print(f"  {name:<{len(metric) + 29}}" + "".join(f"{figure:9.1f}" for figure in figures))


if __name__ == "__main__":
    main()
