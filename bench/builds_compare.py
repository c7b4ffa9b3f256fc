#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether one build of vgpu is slower than another, to some tenths of a percent: what observers
cost while they are off, or what a change did to a launch.

A process of each build stands ready, and they take samples of a millisecond in turn: first, second,
second, first. A noisy moment meets all four, so their ratio hardly knows of it, and the middle of
hundreds of ratios even less. On one core (--pin 0) the processors' time counts, which knows nothing
of other programs; on two, where waiting is part of it, the clock's. What a process has by chance, as
where its memory lies, goes with the process: every pair of processes gives one figure, and the table
shows how far these lie apart. With --instructions, valgrind counts what both builds execute for a
launch, which no noise reaches.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

OBSERVERS = ("VGPU_LOG", "VGPU_TRACE", "VGPU_PROFILE", "VGPU_CHECK", "VGPU_REPORT")
STREAM = 5000  # launches of one sample of launch_stream
COUNTED = 20  # samples that instructions are counted of
# These wait, and how long is chance.
WAITING = ("vgpu_event_wait", "vgpu_run_list_spin", "vgpu_run_list_sleep")


def environment(build):
    """What makes any bench_api meet the build's library, nothing watched."""
    variables = {name: value for name, value in os.environ.items() if name not in OBSERVERS}
    return {**variables, "LD_LIBRARY_PATH": str(build / "lib"), "VGPU_DEVICES": "cu=1",
            "VGPU_KERNELS": str(build / "lib/libbench_nothing.so")}


class Process:
    """bench_api on one build, waiting to be asked. Its compute unit has the first core, and the
    program itself the last one."""

    def __init__(self, build, program, cores, tiny):
        self.process = subprocess.Popen(
            [str(program / "bin/bench_api"), "--serve", *(["--tiny"] if tiny else [])],
            env=environment(build), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.sample("launch_round_trip")
        os.sched_setaffinity(self.process.pid, {max(cores)})

    def sample(self, metric):
        self.process.stdin.write(metric + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"builds_compare: bench_api ended with {self.process.wait()}")
        return tuple(float(word) for word in line.split())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def seconds(quad, cores):
    """Of one build's samples in a turn: what counts, as told above."""
    return sum(times[len(cores) == 1] for times in quad)


def compare_once(builds, arguments, cores, turn):
    """Of one pair of processes: the middle ratio, second to first, and the middle sample of each."""
    order = (0, 1) if turn % 2 == 0 else (1, 0)
    processes = [None, None]
    for which in order:
        processes[which] = Process(builds[which], arguments.build, cores, arguments.tiny)
    samples = ([], [])
    ratios = []
    for step in range(arguments.repetitions + 3):
        quad = [[], []]
        for which in (*order, *order[::-1]):
            quad[which].append(processes[which].sample(arguments.metric))
        if step < 3:
            continue
        ratios.append(seconds(quad[1], cores) / seconds(quad[0], cores))
        for which in order:
            samples[which].extend(sample for sample, _ in quad[which])
    for process in processes:
        process.end()
    return statistics.median(ratios), *(statistics.median(values) for values in samples)


def percent(ratio):
    return f"{(ratio - 1) * 100:+.2f} %"


def compare(builds, arguments):
    cores = {int(core) for core in arguments.pin.split(",")}
    found = [compare_once(builds, arguments, cores, turn) for turn in range(arguments.pairs)]
    ratios = sorted(ratio for ratio, _, _ in found)
    quarter = len(ratios) // 4
    # The middle of so many figures is known to about 1.25 times their deviation through the root.
    doubt = 1.25 * statistics.stdev(ratios) / len(ratios) ** 0.5 if len(ratios) > 1 else 0
    print(f"{arguments.metric}, cores {arguments.pin}: {arguments.pairs} pairs of processes, "
          f"{4 * arguments.repetitions} samples of each pair")
    print(f"  {arguments.against}: {statistics.median(first for _, first, _ in found):.1f} ns,  "
          f"{arguments.build}: {statistics.median(second for _, _, second in found):.1f} ns")
    print(f"  difference: {percent(statistics.median(ratios))} give or take {doubt * 100:.2f}; lowest "
          f"{percent(ratios[0])}, quarters {percent(ratios[quarter])} and {percent(ratios[-1 - quarter])}, "
          f"highest {percent(ratios[-1])}")


def count(build, program, repetitions, folder):
    """Instructions that each function executes in so many samples."""
    out = pathlib.Path(folder) / "callgrind"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", str(program / "bin/bench_api"),
               "--only", "launch_stream", "--repetitions", str(repetitions), "--quiet"]
    done = subprocess.run(command, env=environment(build), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"builds_compare: {' '.join(command)} failed: {done.stderr}")
    text = subprocess.run(["callgrind_annotate", "--threshold=100", str(out)], check=True, capture_output=True,
                          text=True).stdout
    functions = {}
    for number, name in re.findall(r"^ *([\d,]+) \([ \d.]+%\)  \S*?:(\S+) \[", text, re.MULTILINE):
        functions[name] = functions.get(name, 0) + int(number.replace(",", ""))
    return functions


def instructions(build, program, folder):
    """Instructions of one launch, by function."""
    few, many = (count(build, program, repetitions, folder) for repetitions in (1, 1 + COUNTED))
    return {name: (many[name] - few.get(name, 0)) / COUNTED / STREAM
            for name in many if name not in WAITING}


def compare_instructions(builds, arguments):
    with tempfile.TemporaryDirectory() as folder:
        first, second = (instructions(build, arguments.build, folder) for build in builds)
    totals = sum(first.values()), sum(second.values())
    print(f"instructions of a launch: {totals[0]:.0f}, {totals[1]:.0f}: {percent(totals[1] / totals[0])}")
    change = {name: second.get(name, 0) - first.get(name, 0) for name in {*first, *second}}
    for name in sorted(change, key=lambda name: -abs(change[name])):
        if abs(change[name]) >= 0.5:
            print(f"  {name:<40}{first.get(name, 0):8.1f}{second.get(name, 0):8.1f}{change[name]:+8.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"), help="build folder")
    parser.add_argument("--against", type=pathlib.Path, required=True, help="the build that it is compared with")
    parser.add_argument("--metric", default="launch_stream", help="of bench_api (default: launch_stream)")
    parser.add_argument("--pairs", type=int, default=20, help="of processes (default: 20)")
    parser.add_argument("--repetitions", type=int, default=100, help="turns of each pair (default: 100)")
    parser.add_argument("--pin", default=",".join(str(core) for core in sorted(os.sched_getaffinity(0))[:2]),
                        help="cores, as 0 or 0,1 (default: the first two)")
    parser.add_argument("--tiny", action="store_true", help="show that it works, not what is slower")
    parser.add_argument("--instructions", action="store_true", help="count instructions of a launch, with valgrind")
    arguments = parser.parse_args()
    builds = arguments.against.resolve(), arguments.build.resolve()
    arguments.build = builds[1]
    if arguments.instructions:
        compare_instructions(builds, arguments)
    else:
        compare(builds, arguments)


if __name__ == "__main__":
    main()
