/* SPDX-License-Identifier: MIT */
/* Each device has a vector; in the end each has the sum of all of them (an all-reduce).
 * Data goes from device to device, never through the host, in two ways:
 *
 * tree: every second device adds its neighbour's vector, every second one of these its
 * neighbour's, and so on; the sum goes down the same way.
 * ring: vectors are cut into as many parts as there are devices. In each step every
 * device gets one part from its left neighbour, and adds it; once round, each part is
 * complete on one device. Then the complete parts go round.
 *
 * Commands on one device are in order; events order them where devices meet. Each part is
 * a buffer of its own, which no device may use while another writes it: each command that
 * uses a part waits for the one before. */
#include "reduction_over_devices_cl.h"
#include "sample_team.h"
#include "sample_timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers first to first + count - 1 of the vector of one device. */
struct part {
    size_t first, count;
    cl_mem buffer; /* NULL where count is 0, and commands are left out */
    cl_event used; /* by the last command that reads or writes it */
};

struct job {
    struct sample_team team;
    struct sample_timeline timeline;
    cl_kernel contribute, add;
    size_t n;
    cl_uint num_parts;
    struct part parts[SAMPLE_TEAM_MAX][SAMPLE_TEAM_MAX]; /* [device][part] */
    cl_mem inbox[SAMPLE_TEAM_MAX];    /* of each device: the part that has come */
    size_t received[SAMPLE_TEAM_MAX]; /* bytes that each device got from others */
};

struct way {
    const char *name;
    bool cut; /* vectors into parts */
    void (*reduce)(struct job *job);
};

static void set_used(struct part *part, cl_event event)
{
    SAMPLE_CHECK(clRetainEvent(event));
    if (part->used)
        SAMPLE_CHECK(clReleaseEvent(part->used));
    part->used = event;
}

/* Takes the event of a command that was enqueued. */
static void note(struct job *job, cl_uint device, char mark, cl_event event)
{
    sample_timeline_add(&job->timeline, device, mark, event);
    SAMPLE_CHECK(clReleaseEvent(event));
    /* Other queues wait for this command: it must be on its way. */
    SAMPLE_CHECK(clFlush(job->team.queues[device]));
}

static void enqueue_contribution(struct job *job, cl_uint device, struct part *part)
{
    const cl_uint first = (cl_uint)part->first;
    cl_event contributed;

    SAMPLE_CHECK(clSetKernelArg(job->contribute, 0, sizeof(cl_mem), &part->buffer));
    SAMPLE_CHECK(clSetKernelArg(job->contribute, 1, sizeof(first), &first));
    SAMPLE_CHECK(clSetKernelArg(job->contribute, 2, sizeof(device), &device));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(job->team.queues[device], job->contribute, 1,
                                        NULL, &part->count, NULL, 0, NULL, &contributed));
    set_used(part, contributed);
    note(job, device, '#', contributed);
}

/* `other` is on the device already. */
static void enqueue_add(struct job *job, cl_uint device, struct part *sum, cl_mem other)
{
    cl_event added;

    SAMPLE_CHECK(clSetKernelArg(job->add, 0, sizeof(cl_mem), &sum->buffer));
    SAMPLE_CHECK(clSetKernelArg(job->add, 1, sizeof(cl_mem), &other));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(job->team.queues[device], job->add, 1, NULL,
                                        &sum->count, NULL, 1, &sum->used, &added));
    set_used(sum, added);
    note(job, device, '+', added);
}

/* Copies a part of another device to `to`, a part of this one or, where that is NULL, its
 * inbox. */
static void enqueue_copy(struct job *job, cl_uint device, struct part *from,
                         struct part *to)
{
    const cl_event before[] = {from->used, to ? to->used : NULL};
    const size_t bytes = from->count * sizeof(cl_uint);
    cl_event copied;

    SAMPLE_CHECK(clEnqueueCopyBuffer(job->team.queues[device], from->buffer,
                                     to ? to->buffer : job->inbox[device], 0, 0, bytes,
                                     to ? 2 : 1, before, &copied));
    set_used(from, copied);
    if (to)
        set_used(to, copied);
    note(job, device, 'c', copied);
    job->received[device] += bytes;
}

/* Moves a vector of another device to this one, and adds it. */
static void enqueue_take_and_add(struct job *job, cl_uint device, cl_uint other)
{
    struct part *from = &job->parts[other][0], *to = &job->parts[device][0];
    cl_event migrated;

    SAMPLE_CHECK(clEnqueueMigrateMemObjects(job->team.queues[device], 1, &from->buffer, 0,
                                            1, &from->used, &migrated));
    note(job, device, 'm', migrated);
    job->received[device] += from->count * sizeof(cl_uint);
    enqueue_add(job, device, to, from->buffer);
    set_used(from, to->used);
}

static void reduce_by_tree(struct job *job)
{
    const cl_uint count = job->team.count;
    cl_uint distance;

    for (distance = 1; distance < count; distance *= 2) {
        for (cl_uint d = 0; d + distance < count; d += 2 * distance)
            enqueue_take_and_add(job, d, d + distance);
    }
    while ((distance /= 2) > 0) {
        for (cl_uint d = 0; d + distance < count; d += 2 * distance) {
            enqueue_copy(job, d + distance, &job->parts[d][0],
                         &job->parts[d + distance][0]);
        }
    }
}

/* The part that `device` gets in a step of the first round; in the second, the one after
 * it. */
static cl_uint part_of_step(const struct job *job, cl_uint device, cl_uint step)
{
    return (device + 2 * job->team.count - 1 - step) % job->team.count;
}

static void reduce_by_ring(struct job *job)
{
    const cl_uint count = job->team.count;

    for (cl_uint step = 0; step + 1 < count; step++) {
        for (cl_uint d = 0; d < count; d++) {
            const cl_uint left = (d + count - 1) % count, p = part_of_step(job, d, step);
            struct part *mine = &job->parts[d][p];

            if (mine->buffer) {
                enqueue_copy(job, d, &job->parts[left][p], NULL);
                enqueue_add(job, d, mine, job->inbox[d]);
            }
        }
    }
    for (cl_uint step = 0; step + 1 < count; step++) {
        for (cl_uint d = 0; d < count; d++) {
            const cl_uint left = (d + count - 1) % count;
            const cl_uint p = (part_of_step(job, d, step) + 1) % count;
            struct part *mine = &job->parts[d][p];

            if (mine->buffer)
                enqueue_copy(job, d, &job->parts[left][p], mine);
        }
    }
}

/* The vectors of all devices, each in `num_parts` buffers. */
static void create_vectors(struct job *job, cl_uint num_parts)
{
    job->num_parts = num_parts;
    for (cl_uint d = 0; d < job->team.count; d++) {
        job->inbox[d] =
            sample_team_buffer(&job->team, job->n / num_parts + 1, sizeof(cl_uint));
        for (cl_uint p = 0; p < num_parts; p++) {
            struct part *part = &job->parts[d][p];

            part->first = sample_share_begin(job->n, p, num_parts);
            part->count = sample_share_begin(job->n, p + 1, num_parts) - part->first;
            if (part->count == 0)
                continue;
            part->buffer = sample_team_buffer(&job->team, part->count, sizeof(cl_uint));
            enqueue_contribution(job, d, part);
        }
    }
}

static void release_vectors(struct job *job)
{
    for (cl_uint d = 0; d < job->team.count; d++) {
        clReleaseMemObject(job->inbox[d]);
        for (cl_uint p = 0; p < job->num_parts; p++) {
            if (job->parts[d][p].buffer) {
                clReleaseEvent(job->parts[d][p].used);
                clReleaseMemObject(job->parts[d][p].buffer);
            }
        }
    }
    memset(job->parts, 0, sizeof(job->parts));
}

/* Whether each device has the sum. */
static bool all_have(const struct job *job, const cl_uint *expected, const char *way)
{
    cl_uint *vector = sample_alloc(job->n, sizeof(*vector));
    bool ok = true;

    for (cl_uint d = 0; d < job->team.count && ok; d++) {
        memset(vector, 0xff, job->n * sizeof(*vector));
        for (cl_uint p = 0; p < job->num_parts; p++) {
            const struct part *part = &job->parts[d][p];

            if (part->buffer)
                SAMPLE_CHECK(clEnqueueReadBuffer(
                    job->team.queues[d], part->buffer, CL_TRUE, 0,
                    part->count * sizeof(*vector), vector + part->first, 0, NULL, NULL));
        }
        for (size_t i = 0; i < job->n && ok; i++) {
            ok = vector[i] == expected[i];
            if (!ok)
                fprintf(stderr, "%s: number %zu on device %u is %u, not %u\n", way, i, d,
                        vector[i], expected[i]);
        }
    }
    free(vector);
    return ok;
}

static size_t most_received(const struct job *job)
{
    size_t most = 0;

    for (cl_uint d = 0; d < job->team.count; d++)
        most = job->received[d] > most ? job->received[d] : most;
    return most;
}

/* One of the two ways, on new vectors. Adds to *kernel_ms. */
static bool reduce_once(struct job *job, const struct way *way, bool show,
                        const cl_uint *expected, double *kernel_ms)
{
    memset(job->received, 0, sizeof(job->received));
    create_vectors(job, way->cut ? job->team.count : 1);
    sample_team_finish(&job->team);
    sample_timeline_clear(&job->timeline);
    way->reduce(job);
    sample_team_finish(&job->team);

    if (show)
        sample_timeline_print(&job->timeline, job->team.count,
                              sample_text("%s, at most %zu bytes to a device", way->name,
                                          most_received(job)),
                              "c copies, m migrates, + adds");
    *kernel_ms += sample_timeline_ms(&job->timeline, '+');
    sample_timeline_clear(&job->timeline);
    bool ok = all_have(job, expected, way->name);
    release_vectors(job);
    return ok;
}

/* Both ways, twice: code is loaded and memory is found in the first round, which would be
 * all that the pictures show. */
static bool reduce_in_all_ways(struct job *job, const cl_uint *expected,
                               double *kernel_ms)
{
    static const struct way ways[] = {{"tree", false, reduce_by_tree},
                                      {"ring", true, reduce_by_ring}};
    bool ok = true;

    for (int round = 0; round < 2; round++) {
        *kernel_ms = 0;
        for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
            ok = reduce_once(job, &ways[i], round == 1, expected, kernel_ms) && ok;
    }
    return ok;
}

/* What plain C makes of the vectors of all devices. */
static cl_uint *expect(size_t n, cl_uint num_devices)
{
    cl_uint *sum = sample_alloc(n, sizeof(*sum));

    for (cl_uint d = 0; d < num_devices; d++) {
        for (size_t i = 0; i < n; i++) {
            cl_uint x = (cl_uint)i * 0x9e3779b9u + d * 0x85ebca6bu;

            x = (x ^ (x >> 15)) * 0x2c1b3c6du;
            sum[i] += x ^ (x >> 12);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Adds up the vectors of all devices, on all of them: by tree and ring.",
        .size = "numbers on each device",
        .n = 1u << 20,
        .n_max = 1u << 28,
    };
    static struct job job;
    double kernel_ms = 0;
    cl_int err;

    sample_parse(&options, argc, argv);
    job.n = options.n;
    sample_team_open(&job.team, &options, SAMPLE_TEAM_MAX);
    cl_program program = sample_program(job.team.context, reduction_over_devices_cl);
    job.contribute = clCreateKernel(program, "contribute", &err);
    SAMPLE_CHECK(err);
    job.add = clCreateKernel(program, "add_other", &err);
    SAMPLE_CHECK(err);
    cl_uint *expected = expect(job.n, job.team.count);

    bool ok = reduce_in_all_ways(&job, expected, &kernel_ms);

    free(expected);
    clReleaseKernel(job.add);
    clReleaseKernel(job.contribute);
    clReleaseProgram(program);
    sample_team_close(&job.team);
    return sample_report(
        "reduction_over_devices", job.team.devices[0], sample_text("n=%zu", job.n),
        kernel_ms,
        sample_text("%u device%s", job.team.count, job.team.count == 1 ? "" : "s"), ok);
}
