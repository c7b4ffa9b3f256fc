/* SPDX-License-Identifier: MIT */
/* What emitted code shares with the process that loads it. */
#include "links.h"

#include <string.h>

#include "compat.h"
#include "context.h"

LLVMValueRef vgpu_cc_links_global(struct vgpu_cc_module *module)
{
    LLVMValueRef global = LLVMGetNamedGlobal(module->module, VGPU_CODE_LINKS_NAME);

    return global ? global
                  : LLVMAddGlobal(module->module, module->ptr, VGPU_CODE_LINKS_NAME);
}

LLVMValueRef vgpu_cc_load_at(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                             LLVMTypeRef type, LLVMValueRef base, size_t offset)
{
    static const char kind[] = "invariant.load";
    LLVMValueRef index = LLVMConstInt(module->i64, offset, false);
    LLVMValueRef address =
        LLVMBuildInBoundsGEP2(builder, module->i8, base, &index, 1, "");
    LLVMValueRef load = LLVMBuildLoad2(builder, type, address, "");

    LLVMSetMetadata(load,
                    LLVMGetMDKindIDInContext(module->context, kind, sizeof kind - 1),
                    LLVMMetadataAsValue(module->context,
                                        LLVMMDNodeInContext2(module->context, NULL, 0)));
    return load;
}

LLVMValueRef vgpu_cc_links_member(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                                  size_t offset)
{
    LLVMValueRef links =
        vgpu_cc_load_at(module, builder, module->ptr, vgpu_cc_links_global(module), 0);

    return vgpu_cc_load_at(module, builder, module->ptr, links, offset);
}

static LLVMValueRef pointer_or_null(struct vgpu_cc_module *module, LLVMValueRef function)
{
    return function ? function : LLVMConstPointerNull(module->ptr);
}

static LLVMValueRef number(LLVMTypeRef type, uint64_t value)
{
    return LLVMConstInt(type, value, false);
}

static void hide_all(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!LLVMIsDeclaration(f) && LLVMGetLinkage(f) == LLVMExternalLinkage)
            LLVMSetVisibility(f, LLVMHiddenVisibility);
    }
    VGPU_CC_EACH_GLOBAL (g, module->module) {
        if (!LLVMIsDeclaration(g) && LLVMGetLinkage(g) == LLVMExternalLinkage)
            LLVMSetVisibility(g, LLVMHiddenVisibility);
    }
}

void vgpu_cc_table_emit(struct vgpu_cc_module *module, const struct vgpu_cc_table *table)
{
    LLVMValueRef sizes[3];
    LLVMValueRef values[12];
    LLVMValueRef global, initializer;

    _Static_assert(sizeof(struct vgpu_code_table) ==
                       4 * 4 + 3 * 8 + 3 * 8 + 2 * 8 + 2 * 8,
                   "the struct below has the layout of struct vgpu_code_table");
    hide_all(module);
    for (int i = 0; i < 3; i++)
        sizes[i] = number(module->i64, table->local_size[i]);
    values[0] = number(module->i32, VGPU_CODE_VERSION);
    values[1] = number(module->i32, (uint64_t)table->mode);
    values[2] = number(module->i32, table->width);
    values[3] = number(module->i32, table->has_atomics ? VGPU_CODE_HAS_ATOMICS : 0);
    values[4] = LLVMConstArray(module->i64, sizes, 3);
    values[5] = pointer_or_null(module, table->groups);
    values[6] = pointer_or_null(module, table->group);
    values[7] = pointer_or_null(module, table->traced_row);
    values[8] = number(module->i64, table->scratch_bytes);
    values[9] = number(module->i64, table->scratch_bytes_per_row);
    values[10] = pointer_or_null(module, table->groups_alone);
    values[11] = number(module->i64, table->sub_group_size);
    initializer = LLVMConstStructInContext(module->context, values, 12, false);
    global = LLVMAddGlobal(module->module, LLVMTypeOf(initializer), VGPU_CODE_TABLE_NAME);
    LLVMSetInitializer(global, initializer);
    LLVMSetGlobalConstant(global, true);
    LLVMSetInitializer(vgpu_cc_links_global(module), LLVMConstPointerNull(module->ptr));
}
