/* SPDX-License-Identifier: MIT */
/* Whether launches of a kernel are faster on all units together, or on one alone. */
#include "pace.h"

#define TRIALS     4u             /* launches at first that take turns */
#define TRIED_ANEW 64u            /* launches from one further trial to the next */
#define MOST_WORSE 4u             /* times: no further trial of what is slower */
#define LONGEST_PS 20000000000ull /* expected of a trial: 20 ms */
#define PS_PER_NS  1000ull
#define LONGEST_NS (UINT64_MAX / PS_PER_NS)

static unsigned long long load(const atomic_ullong *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static bool is_short(unsigned long long group_ps, size_t groups, unsigned times)
{
    return group_ps <= LONGEST_PS / times / groups;
}

bool vgpu_pace_choose_alone(struct vgpu_pace *pace, size_t groups, unsigned units)
{
    const unsigned number =
        atomic_fetch_add_explicit(&pace->launches, 1, memory_order_relaxed);
    const unsigned long long together = load(&pace->together_ps);
    const unsigned long long alone = load(&pace->alone_ps);
    const bool alone_is_better = alone < together;
    const unsigned long long better = alone_is_better ? alone : together;
    const unsigned long long worse = alone_is_better ? together : alone;
    bool is_trial;

    if (together == 0)
        return false;
    if (alone == 0)
        return is_short(together, groups, units);
    is_trial = number < TRIALS || number % TRIED_ANEW == 0;
    if (is_trial && is_short(worse, groups, 1) && worse / MOST_WORSE <= better)
        return number < TRIALS ? number % 2 == 1 : !alone_is_better;
    return alone_is_better;
}

void vgpu_pace_note(struct vgpu_pace *pace, bool alone, size_t groups, uint64_t ns)
{
    atomic_ullong *const mean = alone ? &pace->alone_ps : &pace->together_ps;
    const unsigned long long before = load(mean);
    unsigned long long now;

    /* never 0 */
    now = (ns < LONGEST_NS ? ns : LONGEST_NS) * PS_PER_NS / groups + 1;
    if (before != 0)
        now = before / 2 + now / 2 + 1;
    atomic_store_explicit(mean, now, memory_order_relaxed);
}
