/* SPDX-License-Identifier: MIT */
/* Random OpenCL C kernels on any OpenCL device, against a reference. Everything that
 * calls OpenCL does so in a process of its own, so that a crash is a finding. */
#define _GNU_SOURCE
#include "check.h"
#include "generate.h"
#include "print.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const verdicts[] = {
    "no difference", "DIFFERENT", "NOT BUILT", "NOT RUN", "REFUSED BY THE REFERENCE",
    "CRASHED",       "HUNG"};

/* A child that reports outcomes. */
struct worker {
    pid_t pid;
    int reports;
};

static void set_mode(const char *mode)
{
    /* of ours; others do not know them */
    if (*mode)
        setenv("VGPU_KERNEL_MODE", mode, 1);
    mallopt(M_PERTURB, 0xa5); /* what nobody has written is seen to be so */
    setenv("VGPU_CACHE_DIR", "", 1);
    setenv("POCL_KERNEL_CACHE", "0", 0);
}

static void report(int fd, const struct outcome *outcome)
{
    if (write(fd, outcome, sizeof *outcome) != (ssize_t)sizeof *outcome)
        _exit(3);
}

static bool is_self_check(const char *mode)
{
    return strcmp(mode, "none") == 0;
}

/* Programs from `seed` on, until the parent has enough. */
static void work(const struct options *options, const char *mode, uint64_t seed, int fd)
{
    static struct program program;
    struct outcome outcome = {.seed = seed, .has_double = true};
    struct host host;

    set_mode(mode);
    if (!is_self_check(mode)) {
        if (!fuzz_host_open(&host, options->platform, &outcome)) {
            report(fd, &outcome);
            _exit(3);
        }
        outcome.has_double = host.has_double;
    }
    for (;; outcome.seed++) {
        fuzz_generate(&program, outcome.seed,
                      (struct dialect){outcome.has_double, options->is_lenient});
        fuzz_check(is_self_check(mode) ? NULL : &host, &program, &outcome);
        fuzz_program_fini(&program);
        report(fd, &outcome);
    }
}

static bool start(struct worker *worker, int *write_end_out)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    fflush(NULL);
    worker->pid = fork();
    worker->reports = ends[0];
    *write_end_out = ends[1];
    if (worker->pid == 0)
        close(ends[0]);
    else
        close(ends[1]);
    return worker->pid >= 0;
}

static void stop(struct worker *worker)
{
    kill(worker->pid, SIGKILL);
    waitpid(worker->pid, NULL, 0);
    close(worker->reports);
}

/* The next outcome, be it that there is none. False where the worker is gone. */
static bool receive(struct worker *worker, const struct options *options,
                    struct outcome *outcome)
{
    struct pollfd ready = {.fd = worker->reports, .events = POLLIN};
    const uint64_t seed = outcome->seed;
    int status = 0;

    if (poll(&ready, 1, (int)options->timeout * 1000) == 0) {
        outcome->verdict = VERDICT_HUNG;
        snprintf(outcome->text, sizeof outcome->text, "nothing for %lu seconds",
                 options->timeout);
        stop(worker);
        return false;
    }
    if (read(worker->reports, outcome, sizeof *outcome) == (ssize_t)sizeof *outcome)
        return true;
    outcome->seed = seed;
    outcome->verdict = VERDICT_CRASHED;
    waitpid(worker->pid, &status, 0);
    snprintf(outcome->text, sizeof outcome->text, "%s %d",
             WIFSIGNALED(status) ? "signal" : "exit status",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    close(worker->reports);
    return false;
}

void fuzz_try(const struct options *options, const char *mode,
              const struct program *program, struct outcome *outcome)
{
    struct worker worker;
    struct host host;
    int fd;

    if (!start(&worker, &fd)) {
        perror("kernel_fuzz: fork");
        exit(2);
    }
    if (worker.pid == 0) {
        set_mode(mode);
        if (is_self_check(mode) || fuzz_host_open(&host, options->platform, outcome))
            fuzz_check(is_self_check(mode) ? NULL : &host, program, outcome);
        report(fd, outcome);
        _exit(0);
    }
    if (receive(&worker, options, outcome))
        stop(&worker);
}

static void keep(const struct options *options, const struct program *program,
                 const char *mode, const char *suffix)
{
    char path[PATH_MAX];
    char *source = fuzz_print(program);
    FILE *file = NULL;

    if (options->keep && source) {
        snprintf(path, sizeof path, "%s/%llu-%s%s.cl", options->keep,
                 (unsigned long long)program->seed, *mode ? mode : "any", suffix);
        file = fopen(path, "w");
    }
    if (file) {
        fputs(source, file);
        fclose(file);
        printf("  source: %s\n", path);
    }
    free(source);
}

static void show(const struct outcome *outcome, const char *mode)
{
    printf("seed %llu%s%s: %s: %s\n", (unsigned long long)outcome->seed,
           *mode ? ", mode " : "", mode, verdicts[outcome->verdict], outcome->text);
    fflush(stdout);
}

static void dissect(const struct options *options, const char *mode,
                    const struct outcome *outcome)
{
    static struct program program;
    struct outcome last = *outcome;
    char *source;

    show(outcome, mode);
    fuzz_generate(&program, outcome->seed,
                  (struct dialect){outcome->has_double, options->is_lenient});
    keep(options, &program, mode, "");
    if (options->reduces) {
        fuzz_reduce(options, mode, &program, &last);
        show(&last, mode);
        source = fuzz_print(&program);
        printf("%s", source ? source : "");
        free(source);
        keep(options, &program, mode, "-reduced");
    }
    fuzz_program_fini(&program);
}

/* How far one mode has come. */
struct tally {
    time_t begin;
    unsigned long kernels;   /* that were compared */
    unsigned long cut_short; /* too long for the reference */
    unsigned long failures;  /* programs */
};

/* A program that fails takes the place of as many kernels as it has, so that there is an
 * end where all fail. */
static bool has_enough(const struct options *options, const struct tally *tally)
{
    if (options->minutes)
        return time(NULL) - tally->begin >= (time_t)options->minutes * 60;
    return tally->kernels + tally->failures * KERNELS_PER_PROGRAM >= options->kernels;
}

static void count(struct tally *tally, const struct outcome *outcome)
{
    if (outcome->verdict != VERDICT_SAME) {
        tally->failures++;
        return;
    }
    tally->kernels += outcome->compared;
    tally->cut_short += KERNELS_PER_PROGRAM - outcome->compared;
}

/* One mode's share. Returns the number of programs that failed. */
static unsigned long run_mode(const struct options *options, const char *mode)
{
    struct tally tally = {.begin = time(NULL)};
    struct outcome outcome = {.seed = options->seed, .has_double = true};

    while (!has_enough(options, &tally)) {
        struct worker worker;
        bool lives = true;
        int fd;

        if (!start(&worker, &fd)) {
            perror("kernel_fuzz: fork");
            exit(2);
        }
        if (worker.pid == 0)
            work(options, mode, outcome.seed, fd);
        while (lives && !has_enough(options, &tally)) {
            lives = receive(&worker, options, &outcome);
            count(&tally, &outcome);
            if (outcome.verdict != VERDICT_SAME)
                dissect(options, mode, &outcome);
            outcome.seed++;
        }
        if (lives)
            stop(&worker);
    }
    printf("kernel_fuzz: %lu kernels%s%s, %lu programs failed, %lu kernels too long for "
           "the reference\n",
           tally.kernels, *mode ? ", mode " : "", mode, tally.failures, tally.cut_short);
    return tally.failures;
}

static void print_program(const struct options *options)
{
    static struct program program;
    char *source;

    fuzz_generate(&program, options->seed, (struct dialect){true, options->is_lenient});
    source = fuzz_print(&program);
    fputs(source ? source : "", stdout);
    free(source);
    fuzz_program_fini(&program);
}

static void usage(int status)
{
    printf("usage: kernel_fuzz [--seed S] [--count KERNELS | --minutes M] [--modes "
           "A,B,...]\n"
           "                   [--platform NAME] [--timeout SECONDS] [--keep FOLDER]\n"
           "                   [--reduce] [--lenient] [--print]\n"
           "Runs random OpenCL C kernels and compares every result with a reference.\n"
           "--modes: values of VGPU_KERNEL_MODE (lockstep, plain, fiber), each in turn; "
           "none: the reference alone\n"
           "--reduce: makes what fails small; --keep: writes it to files\n"
           "--lenient: leaves out what other implementations are known to get wrong\n"
           "--print: prints the program of that seed\n");
    exit(status);
}

static struct options parse(int argc, char **argv)
{
    struct options options = {
        .seed = 1, .kernels = 100, .timeout = 120, .platform = "", .modes = ""};

    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        const unsigned long number = strtoul(value, NULL, 10);

        if (strcmp(argv[i], "--reduce") == 0) {
            options.reduces = true;
            continue;
        }
        if (strcmp(argv[i], "--lenient") == 0) {
            options.is_lenient = true;
            continue;
        }
        if (strcmp(argv[i], "--print") == 0) {
            options.prints = true;
            continue;
        }
        if (strcmp(argv[i], "--seed") == 0)
            options.seed = number;
        else if (strcmp(argv[i], "--count") == 0)
            options.kernels = number;
        else if (strcmp(argv[i], "--minutes") == 0)
            options.minutes = number;
        else if (strcmp(argv[i], "--timeout") == 0 && number > 0 && number < 100000)
            options.timeout = number;
        else if (strcmp(argv[i], "--modes") == 0)
            options.modes = value;
        else if (strcmp(argv[i], "--platform") == 0)
            options.platform = value;
        else if (strcmp(argv[i], "--keep") == 0)
            options.keep = value;
        else
            usage(strcmp(argv[i], "--help") != 0);
        i++;
    }
    return options;
}

int main(int argc, char **argv)
{
    const struct options options = parse(argc, argv);
    const char *rest = options.modes;
    unsigned long failures = 0;

    if (options.prints) {
        print_program(&options);
        return 0;
    }
    do {
        const size_t length = strcspn(rest, ",");
        char mode[32];

        snprintf(mode, sizeof mode, "%.*s", (int)length, rest);
        failures += run_mode(&options, mode);
        rest += length;
    } while (*rest++ == ',');
    return failures != 0;
}
