/* SPDX-License-Identifier: MIT */
/* The rules of advice about a whole program: what each measures, and what it says. */
#include "advice.h"

#include "sentence.h"

#define MEASURE(id) VGPU_ADVICE_MEASURE_program(id)
#define SAY(id)     VGPU_ADVICE_SAY_program(id)

#define NOISE_US \
    1000.0 /* times below this say nothing: a core was busy with something else */

#define SHORT_US 100000.0 /* shorter programs are over before anybody waits for them */

MEASURE(transfers_dominate)
{
    if (f->kernel_us <= 0 || f->transfer_us < NOISE_US)
        return 0;
    return f->transfer_us / f->kernel_us;
}

SAY(transfers_dominate)
{
    fprintf(out,
            "Transfers take %s, kernels %s. Leave data on the device between launches, "
            "send it once, or overlap transfers with kernels in a second queue.",
            VGPU_TIME(f->transfer_us), VGPU_TIME(f->kernel_us));
}

/* One command alone cannot make a device wait; and nobody else builds its kernels. A
 * short program is mostly its own beginning and end. */
MEASURE(idle_device)
{
    const double span_us = f->span_us - f->built_us;

    if (f->busy_us <= 0 || f->commands < 2 || span_us < SHORT_US)
        return 0;
    return span_us / f->busy_us;
}

SAY(idle_device)
{
    fprintf(
        out,
        "Between the first command and the last pass %s, without what builds take; in %s "
        "of that nothing runs. Enqueue ahead, and wait (clFinish, blocking reads) only "
        "where the host needs the result.",
        VGPU_TIME(f->span_us - f->built_us),
        VGPU_PERCENT(1 - f->busy_us / (f->span_us - f->built_us)));
}

MEASURE(unbalanced_units)
{
    if (f->units < 2 || f->unit_busy_max_us < NOISE_US)
        return 0;
    return f->unit_busy_max_us * f->units / f->unit_busy_sum_us;
}

SAY(unbalanced_units)
{
    fprintf(
        out,
        "The busiest compute unit works %s, the average one %s: some work-groups have "
        "much more to do, or there are too few to share out. Make work-groups smaller, "
        "or their work more equal.",
        VGPU_TIME(f->unit_busy_max_us), VGPU_TIME(f->unit_busy_sum_us / f->units));
}

/* Large transfers are worth their command, however many there are. */
MEASURE(small_transfers)
{
    return f->transfers > 0 && f->transfer_bytes / f->transfers < 4096 ? f->transfers : 0;
}

SAY(small_transfers)
{
    fprintf(
        out,
        "%s transfers carry %s each on average; each costs a command. Gather them into "
        "one buffer, or use one rectangle (clEnqueueReadBufferRect).",
        VGPU_COUNT(f->transfers), VGPU_BYTES(f->transfer_bytes / f->transfers));
}

MEASURE(bouncing_buffer)
{
    return f->bounces;
}

SAY(bouncing_buffer)
{
    fprintf(out,
            "%.120s goes to a device, and back to where it came from, %s times: %s moved "
            "because commands needed it now here, now there. Let one device do what "
            "belongs together, give each device its own part as a sub-buffer, or say "
            "const where kernels only read it: then its copies stay.",
            f->bouncing, VGPU_COUNT(f->bounces), VGPU_BYTES(f->bounced_bytes));
}

MEASURE(link_dominates)
{
    if (f->estimated_us <= 0 || f->link_us < NOISE_US)
        return 0;
    return f->link_us / f->estimated_us;
}

SAY(link_dominates)
{
    fprintf(out,
            "On the hardware that the profiles describe, transfers over the links would "
            "take about %s, kernels %s. Keep data on the device between launches, send "
            "it once, or overlap transfers with kernels in a second queue.",
            VGPU_TIME(f->link_us), VGPU_TIME(f->estimated_us));
}

MEASURE(untraced)
{
    return f->untraced_kernels;
}

SAY(untraced)
{
    fprintf(
        out,
        "%s %s no traced build, so there are no figures: plain C kernels that vgpu-cc "
        "did not compile. Build them with vgpu_add_kernels (CMake) or vgpu-cc "
        "--register, or write them in OpenCL C.",
        VGPU_COUNT(f->untraced_kernels),
        f->untraced_kernels == 1 ? "kernel has" : "kernels have");
}
