// SPDX-License-Identifier: MIT
// A kernel that no registered one can be.
kernel void refused(sampler_t sampler, global int *out)
{
    out[0] = 1;
}
