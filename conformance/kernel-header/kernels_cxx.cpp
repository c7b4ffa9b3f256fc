// SPDX-License-Identifier: MIT
// The same kernels as C++, inside a namespace and beside the C++ library's names.
#include <CL/cl_vgpu_kernel.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels.h"

using namespace std;

namespace kernels
{
#include "kernels.c"
#include "parameters.c"
} // namespace kernels

namespace other
{
template <typename T> static T twice(VGPU_ITEM_PARAM, const T *in)
{
    return in[get_global_id(0)] + in[get_global_id(0)];
}

VGPU_KERNEL(cxx_only, (__global int *, out), (__global const int *, in))
{
    auto lambda = [](int value) { return std::max(value, 0) + max(1, 0); };
    out[get_global_id(0)] = lambda(twice(VGPU_ITEM, in));
}
} // namespace other
