# SPDX-License-Identifier: MIT
"""What the runners of bench_opencl share: a process that measures kernels when asked, processes
that are asked in turn, and means of what they answer."""
import json
import math
import os
import select
import statistics
import subprocess
import sys

PATIENCE = 120  # seconds for building, checking and timing a kernel once


class Server:
    """A bench_opencl process on one implementation. Where a kernel brings it down, that kernel has
    failed, and the next one gets a new process."""

    def __init__(self, name, command, variables, folder):
        self.name = name
        self.command = [*command, "--serve"]
        self.environment = {**os.environ, **variables}
        self.log = open(folder / f"{name}.log", "w+", encoding="utf-8", errors="replace")
        self.process = None
        self.description = None

    def start(self):
        self.log.seek(0)
        self.log.truncate()
        self.process = subprocess.Popen(
            self.command, env=self.environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log)
        answer = self.answer()
        if "error" in answer:
            sys.exit(f"bench_opencl does not start on {self.name}: {answer['error']}")
        self.description = answer

    def ask(self, kernel):
        """The answer for one kernel; {"error": message} where there is none."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(f"run {kernel}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return {"error": self.end()}
        return self.answer()

    def answer(self):
        """The next line of the process; where none comes, that is its end."""
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.process.kill()
            self.end()
            return {"error": f"no answer within {PATIENCE} seconds"}
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else {"error": self.end()}

    def end(self):
        """Ends the process; returns the last lines it printed, or how it ended."""
        if self.process is None:
            return ""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            status = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        self.process = None
        self.log.seek(0)
        said = [line for line in self.log.read().splitlines() if line.strip()][-8:]
        if status < 0 or not said:
            said.append(f"ended with status {status}")
        return "\n    ".join(said)


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def measure(kernel, servers, rounds):
    """Figures of each server for a kernel: its build, and the times of all rounds."""
    figures = {}
    for _ in range(rounds):
        for server in servers:
            known = figures.get(server.name)
            if known and "error" in known:
                continue
            answer = server.ask(kernel)
            if known and "error" not in answer:
                known["times_ms"] += answer["times_ms"]
            else:
                figures[server.name] = answer
    for known in figures.values():
        if "error" not in known:
            known["min_ms"] = min(known["times_ms"])
            known["median_ms"] = statistics.median(known["times_ms"])
    return figures


def ratios(figures, first, other, quantity):
    """How many times longer `other` takes than `first`, for the kernels that both can run."""
    return {kernel: known[other][quantity] / known[first][quantity]
            for kernel, known in figures.items()
            if "error" not in known[other] and "error" not in known[first]}


def time_cell(known, width):
    """The least time of a server for a kernel, in a table."""
    return f"{'failed':>{width}}" if "error" in known else f"{known['min_ms']:{width}.3f}"


def failures(figures):
    """Each server's name, the kernel that it failed on, and why."""
    return [(name, kernel, known[name]["error"]) for kernel, known in figures.items()
            for name in known if "error" in known[name]]


def bench_command(program, repetitions, tiny):
    """The command line of a bench_opencl, but for what it is to do."""
    return [str(program.resolve()), "--repetitions", str(repetitions), *(["--tiny"] if tiny else [])]


def list_kernels(command, pattern):
    """Pairs of a kernel's name and its class, in the program's order; those that match only."""
    chosen = ["--kernel", pattern] if pattern else []
    done = subprocess.run([*command, *chosen, "--list"], check=True, text=True,
                          stdout=subprocess.PIPE)
    return [tuple(line.split()) for line in done.stdout.splitlines()]


def choose_cores(cores):
    """Narrows this process, and so its children, to the cores named; returns their number."""
    if cores:
        try:
            os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
        except (ValueError, OSError) as error:
            sys.exit(f"--pin {cores}: {error}")
    return len(os.sched_getaffinity(0))
