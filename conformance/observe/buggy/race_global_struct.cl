// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:1024
struct pair { int first, second; };
__kernel void k(__global struct pair *p)
{
    const int i = get_global_id(0);
    p[i].first = i; // BUG: race
    p[i + 1].first = p[i].second; // BUG: race
}
