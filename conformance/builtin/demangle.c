/* SPDX-License-Identifier: MIT */
/* Mangled names of OpenCL C's functions. */
#include "builtin/demangle.h"

#include <stdio.h>
#include <string.h>

#include "vgpu_test.h"

static const struct {
    const char *mangled, *printed;
} good[] = {
    {"_Z13get_global_idj", "get_global_id(uint)"},
    {"_Z12get_work_dimv", "get_work_dim()"},
    {"_Z3madDv4_fS_S_", "mad(float4, float4, float4)"},
    {"_Z4fminDv4_ff", "fmin(float4, float)"},
    {"_Z6selectDv4_fS_Dv4_i", "select(float4, float4, int4)"},
    {"_Z8shuffle2Dv16_hS_Dv2_h", "shuffle2(uchar16, uchar16, uchar2)"},
    {"_Z10atomic_addPU8CLglobalVjj", "atomic_add(volatile __global uint *, uint)"},
    {"_Z10atomic_addPU3AS3Vjj", "atomic_add(volatile __local uint *, uint)"},
    {"_Z6vload4mPU8CLglobalKf", "vload4(ulong, __global const float *)"},
    {"_Z5frexpDv4_fPU9CLprivateDv4_i", "frexp(float4, __private int4 *)"},
    {"_Z5fractDv4_fPU8CLglobalS_", "fract(float4, __global float4 *)"},
    {"_Z11vstore_halffmPU8CLglobalDh", "vstore_half(float, ulong, __global half *)"},
    {"_Z21async_work_group_copyPU7CLlocaliPU8CLglobalKim9ocl_event",
     "async_work_group_copy(__local int *, __global const int *, ulong, event)"},
    {"_Z30atomic_compare_exchange_strongPU8CLglobalVU7_AtomiciPU9CLprivateii",
     "atomic_compare_exchange_strong(volatile __global atomic_int *, __private int *, "
     "int)"},
    {"_Z25atomic_fetch_add_explicitPU9CLgenericVU7_Atomicjj12memory_order12memory_scope",
     "atomic_fetch_add_explicit(volatile atomic_uint *, uint, int, int)"},
    {"_Z10async_copyPU9CLprivatehS0_mmmmmm",
     "async_copy(__private uchar *, __private uchar *, ulong, ulong, ulong, ulong, "
     "ulong, "
     "ulong)"},
};

static const char *const bad[] = {"",
                                  "printf",
                                  "_Z",
                                  "_Z3",
                                  "_Z3max",
                                  "_Z9maxff",
                                  "_Z3maxDv4_",
                                  "_Z3maxDv_f",
                                  "_Z3maxS_",
                                  "_Z3maxDv4_fS0_",
                                  "_Z1fPPf",
                                  "_Z1fPU3AS9f",
                                  "_Z1fPFvvE",
                                  "_Z1fDv99999_f",
                                  "_Z99999999999999f",
                                  "_Z1fSZZZZZZZZ_",
                                  "_Z1fPPPPPPPPPPPPPPPPPf",
                                  "_Z1fiiiiiiiiiiiiiiiii",
                                  "_Z1fU",
                                  "_Z1fDv4_Dv4_Dv4_Dv4_Dv4_Dv4_Dv4_Dv4_Dv4_Dv4_",
                                  "_Z0f",
                                  "_Z-1f"};

VGPU_UNIT_TEST(demangle, reads_names_and_types)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct vgpu_cc_signature signature;
        char text[256];
        if (!vgpu_cc_demangle(good[i].mangled, &signature)) {
            VGPU_FAIL("%s is not read", good[i].mangled);
            continue;
        }
        vgpu_cc_signature_print(&signature, text, sizeof(text));
        EXPECT_STREQ(good[i].printed, text);
    }
}

VGPU_UNIT_TEST(demangle, refuses_what_no_builtin_function_is_called)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct vgpu_cc_signature signature;
        if (vgpu_cc_demangle(bad[i], &signature))
            VGPU_FAIL("%s is read", bad[i]);
    }
}

VGPU_UNIT_TEST(demangle, survives_every_cut_and_every_changed_byte)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        size_t length = strlen(good[i].mangled);
        for (size_t at = 0; at < length; at++)
            for (unsigned c = 0; c < 256; c++) {
                struct vgpu_cc_signature signature;
                char name[128], text[16];
                snprintf(name, sizeof(name), "%s", good[i].mangled);
                name[at] = (char)c;
                if (vgpu_cc_demangle(name, &signature))
                    vgpu_cc_signature_print(&signature, text, sizeof(text));
            }
    }
}

VGPU_UNIT_TEST(demangle, writes_what_it_reads)
{
    static const char *const names[] = {"_Z3maxff", "_Z4testv", "_Z5frexpdPU9CLprivatei",
                                        "_Z10async_copyPU9CLprivatehS0_mmmmmm"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vgpu_cc_signature signature;
        char text[64], small[8];
        ASSERT_TRUE(vgpu_cc_demangle(names[i], &signature));
        ASSERT_TRUE(vgpu_cc_mangle(&signature, text, sizeof(text)));
        EXPECT_STREQ(names[i], text);
        EXPECT_FALSE(vgpu_cc_mangle(&signature, small, sizeof(small)));
    }
}
