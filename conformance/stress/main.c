/* SPDX-License-Identifier: MIT */
/* Rounds of random graphs of commands: set-up, threads, and the wait until the context is
 * gone, as it is once nothing holds anything any more. */
#include "stress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t current_seed;

void stress_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "stress_commands: seed %llu: ", (unsigned long long)current_seed);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

uint64_t stress_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void CL_CALLBACK on_context_gone(cl_context context, void *round)
{
    (void)context;
    sem_post(&((struct round *)round)->context_gone);
}

static void create_context(struct round *round, uint64_t *random)
{
    cl_device_id all[64];
    cl_platform_id platform;
    cl_uint count;
    cl_int err;

    MUST(clGetPlatformIDs(1, &platform, NULL));
    MUST(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 64, all, &count));
    round->num_devices = count < MAX_DEVICES ? count : MAX_DEVICES;
    memcpy(round->devices, all, sizeof round->devices);
    round->context =
        clCreateContext(NULL, round->num_devices, round->devices, NULL, NULL, &err);
    MUST(err);
    MUST(clSetContextDestructorCallback(round->context, on_context_gone, round));
    round->program = clCreateProgramWithBuiltInKernels(
        round->context, round->num_devices, round->devices,
        "stress_tick;stress_step;stress_pair;stress_group;stress_fail", &err);
    MUST(err);
    round->num_queues = 1 + (unsigned)(stress_random(random) % MAX_QUEUES);
    for (unsigned q = 0; q < round->num_queues; q++) {
        cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, 0, 0};

        round->flags[q] = stress_random(random) % 4; /* out of order, profiling */
        properties[1] = round->flags[q];
        round->queues[q] = clCreateCommandQueueWithProperties(
            round->context, round->devices[stress_random(random) % round->num_devices],
            properties, &err);
        MUST(err);
    }
}

static void round_create(struct round *round, uint64_t *random)
{
    pthread_mutex_init(&round->lock, NULL);
    pthread_cond_init(&round->changed, NULL);
    sem_init(&round->context_gone, 0, 0);
    create_context(round, random);
    round->records = calloc(ROUND_NODES, sizeof *round->records);
    for (int i = 0; i < ROUND_NODES; i++)
        round->records[i].first = UINT32_MAX;
    round->clock = calloc(1, sizeof *round->clock);
}

/* Lets go of everything while commands are still in flight. */
static void round_release(struct round *round)
{
    for (int i = 0; i < PARCELS; i++)
        if (round->parcels[i].node)
            MUST(clReleaseEvent(round->parcels[i].event));
    for (unsigned q = 0; q < round->num_queues; q++)
        MUST(clReleaseCommandQueue(round->queues[q]));
    MUST(clReleaseProgram(round->program));
    MUST(clReleaseContext(round->context));
}

static void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->num_nodes; i++) {
        free(plan->nodes[i]->before);
        free(plan->nodes[i]);
    }
    free(plan->nodes);
    for (unsigned q = 0; q < MAX_QUEUES; q++)
        free(plan->queues[q].unjoined);
    while (plan->readings) {
        struct reading *reading = plan->readings;
        plan->readings = reading->next;
        free(reading->got);
        free(reading->expected);
        free(reading);
    }
}

static void round_destroy(struct round *round)
{
    for (unsigned t = 0; t < round->num_threads; t++)
        plan_free(&round->plans[t]);
    free(round->records);
    free(round->clock);
    pthread_mutex_destroy(&round->lock);
    pthread_cond_destroy(&round->changed);
    sem_destroy(&round->context_gone);
    free(round);
}

static void run_threads(struct round *round, uint64_t *random)
{
    const bool lets_go_early = stress_random(random) % 2;
    pthread_t setter;

    for (unsigned t = 0; t < round->num_threads; t++) {
        struct plan *plan = &round->plans[t];

        plan->round = round;
        plan->random = stress_random(random);
        for (unsigned q = 0; q < round->num_queues; q++)
            MUST(clRetainCommandQueue(round->queues[q]));
        pthread_create(&plan->thread, NULL, plan_run, plan);
    }
    pthread_create(&setter, NULL, setter_run, round);
    for (unsigned t = 0; t < round->num_threads; t++)
        pthread_join(round->plans[t].thread, NULL);
    if (lets_go_early)
        round_release(round);
    pthread_mutex_lock(&round->lock);
    round->no_more_unset = true;
    pthread_cond_broadcast(&round->changed);
    pthread_mutex_unlock(&round->lock);
    pthread_join(setter, NULL);
    if (!lets_go_early)
        round_release(round);
}

static void run_round(const struct round *options)
{
    struct round *round = calloc(1, sizeof *round);
    uint64_t random = options->seed;

    current_seed = options->seed;
    round->seed = options->seed;
    round->faults = options->faults;
    round->num_threads = options->num_threads;
    round->num_steps = options->num_steps;
    if (round->num_threads == 0)
        round->num_threads = 1 + (unsigned)(stress_random(&random) % 4);
    round_create(round, &random);
    run_threads(round, &random);
    while (sem_wait(&round->context_gone) != 0)
        continue;
    stress_judge(round);
    round_destroy(round);
}

static void usage(int status)
{
    printf(
        "usage: stress_commands [--seed N] [--rounds N | --seconds N] [--threads 1..%d] "
        "[--steps N] [--faults]\n"
        "Runs random graphs of commands and checks them against a model. --faults: "
        "some kernels fail, each with a message.\n",
        MAX_THREADS);
    exit(status);
}

int main(int argc, char **argv)
{
    static struct round options = {.seed = 1, .num_steps = 400};
    unsigned long rounds = 10, seconds = 0, done = 0;
    const time_t begin = time(NULL);

    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        const unsigned long number = strtoul(value, NULL, 10);

        if (strcmp(argv[i], "--faults") == 0) {
            options.faults = true;
            continue;
        }
        if (strcmp(argv[i], "--seed") == 0)
            options.seed = number;
        else if (strcmp(argv[i], "--rounds") == 0)
            rounds = number;
        else if (strcmp(argv[i], "--seconds") == 0)
            seconds = number;
        else if (strcmp(argv[i], "--threads") == 0 && number <= MAX_THREADS)
            options.num_threads = (unsigned)number;
        else if (strcmp(argv[i], "--steps") == 0 && number <= 1000)
            options.num_steps = (unsigned)number;
        else
            usage(strcmp(argv[i], "--help") != 0);
        i++;
    }
    for (; seconds ? time(NULL) - begin < (time_t)seconds : done < rounds; done++) {
        run_round(&options);
        options.seed++;
    }
    printf("stress_commands: %lu rounds, no difference from the model\n", done);
    return 0;
}
