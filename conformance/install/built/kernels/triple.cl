// SPDX-License-Identifier: MIT
// The kernel of the user's project, in OpenCL C.
#include "factor.h"

kernel void consumer_triple(global int *values)
{
    local int room[1024];

    room[get_local_id(0)] = times_factor(values[get_global_id(0)]);
    barrier(CLK_LOCAL_MEM_FENCE);
    values[get_global_id(0)] = room[get_local_id(0)];
}
