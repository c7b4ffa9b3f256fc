/* SPDX-License-Identifier: MIT */
/* Kernels of every kind give what a plain loop gives, however many units and devices
 * there are. */
#include "scaling_test.h"

#include <string.h>

/* Those of kernels.c; options say what GROUP and BINS are. */
#define SOURCE                                                                     \
    "kernel void scaling_mix(global uint *y, global const uint *x, uint factor)\n" \
    "{\n"                                                                          \
    "    uint i = get_global_id(0);\n"                                             \
    "    y[i] = x[i] * factor + (i ^ (x[i] >> 7));\n"                              \
    "}\n"                                                                          \
    "kernel void scaling_turn(global uint *x)\n"                                   \
    "{\n"                                                                          \
    "    local uint part[GROUP];\n"                                                \
    "    uint l = get_local_id(0);\n"                                              \
    "    part[l] = x[get_global_id(0)];\n"                                         \
    "    barrier(CLK_LOCAL_MEM_FENCE);\n"                                          \
    "    x[get_global_id(0)] = part[GROUP - 1 - l] + l;\n"                         \
    "}\n"                                                                          \
    "kernel void scaling_sum(global uint *sums, global const uint *x)\n"           \
    "{\n"                                                                          \
    "    uint sum = work_group_reduce_add(x[get_global_id(0)]);\n"                 \
    "    if (get_local_id(0) == 0)\n"                                              \
    "        sums[get_group_id(0)] = sum;\n"                                       \
    "}\n"                                                                          \
    "kernel void scaling_count(global uint *bins, global const uint *x)\n"         \
    "{\n"                                                                          \
    "    atomic_inc(&bins[x[get_global_id(0)] % BINS]);\n"                         \
    "}\n"

#define STEPS 6u /* of a chain: each a scaling_mix and a scaling_turn */

struct expected {
    cl_uint items[ITEMS], sums[GROUPS], bins[BINS];
};

static cl_uint factor_of(cl_uint chain, cl_uint step)
{
    return 2654435761u * (chain + 1) + 2 * step;
}

static void turn(const cl_uint *from, cl_uint *to)
{
    for (cl_uint i = 0; i < ITEMS; i++)
        to[i] = from[i - i % GROUP + GROUP - 1 - i % GROUP] + i % GROUP;
}

/* What the chain gives, by plain loops. */
static void expect_chain(cl_uint chain, const cl_uint *input, struct expected *expected)
{
    static cl_uint mixed[ITEMS];

    memcpy(expected->items, input, sizeof expected->items);
    memset(expected->sums, 0, sizeof expected->sums);
    memset(expected->bins, 0, sizeof expected->bins);
    for (cl_uint step = 0; step < STEPS; step++) {
        for (cl_uint i = 0; i < ITEMS; i++) {
            const cl_uint x = expected->items[i];
            mixed[i] = x * factor_of(chain, step) + (i ^ (x >> 7));
        }
        turn(mixed, expected->items);
    }
    for (cl_uint i = 0; i < ITEMS; i++) {
        expected->sums[i / GROUP] += expected->items[i];
        expected->bins[expected->items[i] % BINS]++;
    }
}

struct chain {
    cl_mem items[2], sums, bins;
    cl_event last[2];
};

/* Begins on device `first`; each step is on the next device that is `stride` further. */
static void start_chain(const struct fleet *fleet, cl_uint number, cl_uint first,
                        cl_uint stride, const cl_uint *input, struct chain *chain)
{
    static const cl_uint zeros[BINS];
    cl_uint device = first % fleet->count, from = 0;
    cl_event event = NULL;

    chain->items[0] = fleet_buffer(fleet, ITEMS, input);
    chain->items[1] = fleet_buffer(fleet, ITEMS, NULL);
    chain->sums = fleet_buffer(fleet, GROUPS, NULL);
    chain->bins = fleet_buffer(fleet, BINS, zeros);
    for (cl_uint step = 0; step < STEPS; step++, from = 1 - from) {
        const cl_uint factor = factor_of(number, step);
        const cl_mem mixed[] = {chain->items[1 - from], chain->items[from]};

        event = fleet_run(fleet, device, "scaling_mix", mixed, 2, &factor, ITEMS, event);
        event = fleet_run(fleet, device, "scaling_turn", mixed, 1, NULL, ITEMS, event);
        device = (device + stride) % fleet->count;
    }
    EXPECT_CL(CL_SUCCESS, clRetainEvent(event));
    chain->last[0] = fleet_run(fleet, device, "scaling_sum",
                               (const cl_mem[]){chain->sums, chain->items[from]}, 2, NULL,
                               ITEMS, event);
    chain->last[1] = fleet_run(fleet, device, "scaling_count",
                               (const cl_mem[]){chain->bins, chain->items[from]}, 2, NULL,
                               ITEMS, event);
}

static void expect_contents(const struct fleet *fleet, cl_uint device, cl_mem buffer,
                            const cl_uint *expected, size_t count)
{
    static cl_uint found[ITEMS];

    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(fleet->queue[device], buffer, CL_TRUE, 0,
                                  count * sizeof *found, found, 0, NULL, NULL));
    EXPECT_BYTES(expected, found, count * sizeof *found);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static void end_chain(const struct fleet *fleet, cl_uint number, const cl_uint *input,
                      struct chain *chain)
{
    static struct expected expected;
    const cl_uint device = number % fleet->count;

    EXPECT_CL(CL_SUCCESS, clWaitForEvents(2, chain->last));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(chain->last[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(chain->last[1]));
    expect_chain(number, input, &expected);
    expect_contents(fleet, device, chain->items[STEPS % 2], expected.items, ITEMS);
    expect_contents(fleet, device, chain->sums, expected.sums, GROUPS);
    expect_contents(fleet, device, chain->bins, expected.bins, BINS);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(chain->items[1 - STEPS % 2]));
}

/* Chains that stay on a device each, and one that goes round over all of them. */
static void expect_results(const char *source)
{
    static cl_uint input[ITEMS];
    struct chain chains[MOST_DEVICES + 1];
    struct fleet fleet;

    ASSERT_TRUE(fleet_open(&fleet, source));
    for (cl_uint i = 0; i < ITEMS; i++)
        input[i] = i * 2246822519u + 374761393u;
    for (cl_uint i = 0; i <= fleet.count; i++)
        start_chain(&fleet, i, i, i < fleet.count ? 0 : 1, input, &chains[i]);
    for (cl_uint i = 0; i <= fleet.count; i++)
        end_chain(&fleet, i, input, &chains[i]);
    fleet_close(&fleet);
}

#ifdef SCALING_COMPILES
#define COMPILED_ON(sentence, devices)                                                  \
    VGPU_UNIT_TEST_WITH_ENV(opencl_c_gives_the_same, sentence, "VGPU_DEVICES=" devices) \
    {                                                                                   \
        expect_results(SOURCE);                                                         \
    }
#else
#define COMPILED_ON(sentence, devices)
#endif

#define SAME_ON(sentence, devices)                               \
    VGPU_UNIT_TEST_WITH_ENV(registered_gives_the_same, sentence, \
                            "VGPU_DEVICES=" devices)             \
    {                                                            \
        expect_results(NULL);                                    \
    }                                                            \
    COMPILED_ON(sentence, devices)

SAME_ON(on_one_unit, "cu=1")
SAME_ON(on_two_units, "cu=2")
SAME_ON(on_three_units, "cu=3")
SAME_ON(on_eight_units, "cu=8")
SAME_ON(on_sixteen_units, "cu=16")
SAME_ON(on_sixty_four_units, "cu=64")
SAME_ON(on_two_devices_of_one_unit, "2*cu=1")
SAME_ON(on_two_devices_of_different_size, "cu=3;cu=16")
SAME_ON(on_eight_devices_of_one_unit, "8*cu=1")
SAME_ON(on_eight_devices_of_eight_units, "8*cu=8")
SAME_ON(on_one_device_with_its_own_memory, "cu=8,memory=separate")
SAME_ON(on_two_devices_with_their_own_memory, "2*cu=3,memory=separate")
SAME_ON(on_eight_devices_with_their_own_memory, "8*cu=8,memory=separate")
SAME_ON(on_devices_with_and_without_their_own_memory,
        "2*cu=2,memory=separate;cu=16;cu=1,memory=separate;3*cu=3")
