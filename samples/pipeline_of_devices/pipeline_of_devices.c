/* SPDX-License-Identifier: MIT */
/* Frames go through a pipeline of devices: each does some of the rounds that a frame
 * needs, and hands it to the next one, which copies it from device to device. Commands on
 * a device are in order. Events tell a device that a frame is ready, and the one before
 * it that the frame has been fetched and its place is free:
 *
 *     write -> device 0 -> copy -> device 1 -> copy -> device 2 -> read
 *
 * With two places for finished frames on each device, one is fetched while the next is
 * computed. */
#include "pipeline_of_devices_cl.h"
#include "sample_team.h"
#include "sample_timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 8 /* of each frame; more devices are not used */
#define FRAMES 10
#define PLACES 2

/* What one device does: rounds begin_round to end_round - 1. */
struct stage {
    cl_uint device, begin_round, end_round;
    cl_mem work[2];            /* the frame that is being computed */
    cl_mem done[PLACES];       /* finished frames */
    cl_event finished[PLACES]; /* when the frame was finished that lies there */
    cl_event fetched[PLACES];  /* when it was fetched; NULL: there was none */
};

struct pipeline {
    struct sample_team team;
    struct sample_timeline timeline;
    cl_kernel mix;
    struct stage stages[ROUNDS];
    size_t n; /* numbers of a frame */
};

static char frame_mark(cl_uint frame)
{
    return (char)('0' + frame % 10);
}

static void set_event(cl_event *event, cl_event value)
{
    if (*event)
        SAMPLE_CHECK(clReleaseEvent(*event));
    *event = value;
}

/* A stage's first step: brings a frame into work[0], from the host or the stage before.
 */
static void enqueue_fetch(struct pipeline *pipeline, cl_uint s, cl_uint frame,
                          const cl_uint *input)
{
    const struct stage *stage = &pipeline->stages[s];
    const size_t bytes = pipeline->n * sizeof(cl_uint);
    cl_command_queue queue = pipeline->team.queues[stage->device];
    cl_event fetched;

    if (s == 0) {
        SAMPLE_CHECK(clEnqueueWriteBuffer(queue, stage->work[0], CL_FALSE, 0, bytes,
                                          input + frame * pipeline->n, 0, NULL,
                                          &fetched));
    } else {
        struct stage *before = &pipeline->stages[s - 1];
        const cl_uint place = frame % PLACES;

        SAMPLE_CHECK(clEnqueueCopyBuffer(queue, before->done[place], stage->work[0], 0, 0,
                                         bytes, 1, &before->finished[place], &fetched));
        SAMPLE_CHECK(clRetainEvent(fetched));
        set_event(&before->fetched[place], fetched);
    }
    sample_timeline_add(&pipeline->timeline, stage->device, frame_mark(frame), fetched);
    SAMPLE_CHECK(clReleaseEvent(fetched));
}

/* The rounds go to and fro between both work buffers, and the last one to the frame's
 * place, which the next stage must have emptied. */
static void enqueue_rounds(struct pipeline *pipeline, cl_uint s, cl_uint frame)
{
    struct stage *stage = &pipeline->stages[s];
    const cl_uint place = frame % PLACES;

    for (cl_uint round = stage->begin_round; round < stage->end_round; round++) {
        const cl_uint from = (round - stage->begin_round) % 2;
        const bool is_last = round + 1 == stage->end_round;
        const bool waits = is_last && stage->fetched[place];
        const cl_mem out = is_last ? stage->done[place] : stage->work[1 - from];
        cl_event mixed;

        SAMPLE_CHECK(clSetKernelArg(pipeline->mix, 0, sizeof(out), &out));
        SAMPLE_CHECK(
            clSetKernelArg(pipeline->mix, 1, sizeof(cl_mem), &stage->work[from]));
        SAMPLE_CHECK(clSetKernelArg(pipeline->mix, 2, sizeof(round), &round));
        SAMPLE_CHECK(clEnqueueNDRangeKernel(
            pipeline->team.queues[stage->device], pipeline->mix, 1, NULL, &pipeline->n,
            NULL, waits, waits ? &stage->fetched[place] : NULL, &mixed));
        sample_timeline_add(&pipeline->timeline, stage->device, frame_mark(frame), mixed);
        if (is_last)
            set_event(&stage->finished[place], mixed);
        else
            SAMPLE_CHECK(clReleaseEvent(mixed));
    }
}

/* The last stage's last step. */
static void enqueue_read(struct pipeline *pipeline, cl_uint frame, cl_uint *output)
{
    const struct stage *last = &pipeline->stages[pipeline->team.count - 1];
    cl_event read;

    SAMPLE_CHECK(clEnqueueReadBuffer(
        pipeline->team.queues[last->device], last->done[frame % PLACES], CL_FALSE, 0,
        pipeline->n * sizeof(cl_uint), output + frame * pipeline->n, 0, NULL, &read));
    sample_timeline_add(&pipeline->timeline, last->device, frame_mark(frame), read);
    SAMPLE_CHECK(clReleaseEvent(read));
}

static void run_pipeline(struct pipeline *pipeline, const cl_uint *input, cl_uint *output)
{
    const cl_uint num_stages = pipeline->team.count;

    for (cl_uint frame = 0; frame < FRAMES; frame++) {
        for (cl_uint s = 0; s < num_stages; s++) {
            enqueue_fetch(pipeline, s, frame, input);
            enqueue_rounds(pipeline, s, frame);
            /* The next stage waits for it: it must be on its way. */
            SAMPLE_CHECK(clFlush(pipeline->team.queues[pipeline->stages[s].device]));
        }
        enqueue_read(pipeline, frame, output);
    }
    sample_team_finish(&pipeline->team);
}

static void create_stages(struct pipeline *pipeline)
{
    for (cl_uint s = 0; s < pipeline->team.count; s++) {
        struct stage *stage = &pipeline->stages[s];

        stage->device = s;
        stage->begin_round = (cl_uint)sample_share_begin(ROUNDS, s, pipeline->team.count);
        stage->end_round =
            (cl_uint)sample_share_begin(ROUNDS, s + 1, pipeline->team.count);
        for (int i = 0; i < 2; i++)
            stage->work[i] =
                sample_team_buffer(&pipeline->team, pipeline->n, sizeof(cl_uint));
        for (int i = 0; i < PLACES; i++)
            stage->done[i] =
                sample_team_buffer(&pipeline->team, pipeline->n, sizeof(cl_uint));
    }
}

static void release_stages(struct pipeline *pipeline)
{
    for (cl_uint s = 0; s < pipeline->team.count; s++) {
        struct stage *stage = &pipeline->stages[s];

        for (int i = 0; i < 2; i++)
            clReleaseMemObject(stage->work[i]);
        for (int i = 0; i < PLACES; i++) {
            clReleaseMemObject(stage->done[i]);
            set_event(&stage->finished[i], NULL);
            set_event(&stage->fetched[i], NULL);
        }
    }
}

/* Replaces each frame by what plain C makes of it. */
static void expect(cl_uint *frames, size_t n)
{
    cl_uint *mixed = sample_alloc(n, sizeof(*mixed));

    for (cl_uint *in = frames; in < frames + FRAMES * n; in += n) {
        for (cl_uint round = 0; round < ROUNDS; round++) {
            for (size_t i = 0; i < n; i++)
                mixed[i] =
                    in[i] * 3 + (in[(i + n - 1) % n] ^ (in[(i + 1) % n] >> 7)) + round;
            for (size_t i = 0; i < n; i++)
                in[i] = mixed[i];
        }
    }
    free(mixed);
}

static bool are_equal(const cl_uint *output, const cl_uint *expected, size_t n)
{
    for (size_t i = 0; i < FRAMES * n; i++) {
        if (output[i] != expected[i]) {
            fprintf(stderr, "frame %zu: number %zu is %u, not %u\n", i / n, i % n,
                    output[i], expected[i]);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Sends frames through a pipeline of devices.",
        .size = "numbers of a frame",
        .n = 1u << 18,
        .n_max = 1u << 24,
    };
    static struct pipeline pipeline;
    double busy_ms = 0; /* transfers included */
    uint64_t random = 17;
    cl_int err;

    sample_parse(&options, argc, argv);
    pipeline.n = options.n;
    cl_uint *input = sample_alloc(FRAMES * options.n, sizeof(cl_uint));
    cl_uint *output = sample_alloc(FRAMES * options.n, sizeof(cl_uint));
    for (size_t i = 0; i < FRAMES * options.n; i++)
        input[i] = sample_random(&random);

    sample_team_open(&pipeline.team, &options, ROUNDS);
    cl_program program = sample_program(pipeline.team.context, pipeline_of_devices_cl);
    pipeline.mix = clCreateKernel(program, "mix_round", &err);
    SAMPLE_CHECK(err);
    create_stages(&pipeline);
    /* Code is loaded and memory is found in the first run, which would be all that the
     * picture shows. */
    run_pipeline(&pipeline, input, output);
    sample_timeline_clear(&pipeline.timeline);
    memset(output, 0xff, FRAMES * options.n * sizeof(cl_uint));
    run_pipeline(&pipeline, input, output);
    sample_timeline_print(&pipeline.timeline, pipeline.team.count, "pipeline",
                          "0 to 9: the frame");
    for (cl_uint frame = 0; frame < FRAMES; frame++)
        busy_ms += sample_timeline_ms(&pipeline.timeline, frame_mark(frame));
    expect(input, options.n);
    bool ok = are_equal(output, input, options.n);

    sample_timeline_clear(&pipeline.timeline);
    release_stages(&pipeline);
    clReleaseKernel(pipeline.mix);
    clReleaseProgram(program);
    sample_team_close(&pipeline.team);
    free(output);
    free(input);
    return sample_report("pipeline_of_devices", pipeline.team.devices[0],
                         sample_text("n=%zu", options.n), busy_ms,
                         sample_text("%u stage%s, %d frames", pipeline.team.count,
                                     pipeline.team.count == 1 ? "" : "s", FRAMES),
                         ok);
}
