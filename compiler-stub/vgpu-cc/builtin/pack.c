/* SPDX-License-Identifier: MIT */
/* A program of the build: bitcode files of the built-in library become one C file.
 * pack <out.c> <in.bc>... Functions lose what concerns the machine that they were
 * compiled for, and get the library's prefix. */
#include "builtins.h"
#include "library.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES 4096

struct entry {
    char name[192];
    unsigned part;
};

static struct entry entries[MAX_ENTRIES];
static unsigned num_entries;

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static unsigned kind_of(const char *name)
{
    return LLVMGetEnumAttributeKindForName(name, strlen(name));
}

/* Attributes in words say what to compile for; LLVM's own say what a function does. */
static void strip(LLVMValueRef function)
{
    static const char *const names[] = {"noinline", "optnone", "uwtable", "convergent"};
    const LLVMAttributeIndex at = LLVMAttributeFunctionIndex;
    unsigned count = LLVMGetAttributeCountAtIndex(function, at);
    LLVMAttributeRef *attributes = calloc(count + 1, sizeof(LLVMAttributeRef));

    if (!attributes)
        exit(1);
    LLVMGetAttributesAtIndex(function, at, attributes);
    for (unsigned i = 0; i < count; i++) {
        unsigned length;
        if (LLVMIsStringAttribute(attributes[i])) {
            const char *kind = LLVMGetStringAttributeKind(attributes[i], &length);
            LLVMRemoveStringAttributeAtIndex(function, at, kind, length);
        }
    }
    free(attributes);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        LLVMRemoveEnumAttributeAtIndex(function, at, kind_of(names[i]));
}

/* Calls lose what forbids to know the C library's functions; those of relaxed functions
 * say so. */
static void mark_call(LLVMContextRef context, LLVMValueRef call, bool is_relaxed)
{
    const LLVMAttributeIndex at = LLVMAttributeFunctionIndex;

    LLVMRemoveCallSiteEnumAttribute(call, at, kind_of("nobuiltin"));
    LLVMRemoveCallSiteEnumAttribute(call, at, kind_of("convergent"));
    LLVMRemoveCallSiteStringAttribute(call, at, "no-builtins", strlen("no-builtins"));
    if (is_relaxed)
        LLVMAddCallSiteAttribute(call, at,
                                 LLVMCreateStringAttribute(context, VGPU_CC_RELAXED,
                                                           strlen(VGPU_CC_RELAXED), "",
                                                           0));
}

static void mark_calls(LLVMContextRef context, LLVMValueRef function, bool is_relaxed)
{
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef value = LLVMGetFirstInstruction(block); value;
             value = LLVMGetNextInstruction(value))
            if (LLVMIsACallInst(value))
                mark_call(context, value, is_relaxed);
}

static void prepare(LLVMContextRef context, LLVMModuleRef module, unsigned part)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        struct entry *entry = &entries[num_entries];
        size_t length;
        const char *name = LLVMGetValueName2(f, &length);
        strip(f);
        if (LLVMIsDeclaration(f))
            continue;
        mark_calls(context, f, strstr(name, "relaxed_") != NULL);
        if (num_entries++ == MAX_ENTRIES)
            exit(1);
        snprintf(entry->name, sizeof(entry->name), VGPU_CC_LIBRARY_PREFIX "%s", name);
        entry->part = part;
        LLVMSetValueName2(f, entry->name, strlen(entry->name));
    }
}

static void write_part(FILE *out, LLVMModuleRef module, unsigned part)
{
    LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(module);
    const unsigned char *bytes = (const unsigned char *)LLVMGetBufferStart(buffer);
    size_t size = LLVMGetBufferSize(buffer);

    fprintf(out, "static const unsigned char part_%u[] __attribute__((aligned(16))) = {",
            part);
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%s%u,", i % 24 ? "" : "\n", bytes[i]);
    fprintf(out, "\n};\n");
    LLVMDisposeMemoryBuffer(buffer);
}

static bool pack(FILE *out, const char *path, unsigned part)
{
    LLVMContextRef context = LLVMContextCreate();
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module;
    char *message = NULL;

    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message) != 0 ||
        LLVMParseBitcodeInContext2(context, buffer, &module) != 0) {
        fprintf(stderr, "%s: %s\n", path, message ? message : "no bitcode");
        return false;
    }
    prepare(context, module, part);
    LLVMSetSourceFileName(module, "builtin", 7);
    write_part(out, module, part);
    LLVMDisposeModule(module);
    LLVMDisposeMemoryBuffer(buffer);
    LLVMContextDispose(context);
    return true;
}

static void write_tables(FILE *out, unsigned num_parts)
{
    fprintf(out, "const struct vgpu_cc_library_part vgpu_cc_library_parts[] = {\n");
    for (unsigned i = 0; i < num_parts; i++)
        fprintf(out, "{part_%u, sizeof(part_%u)},\n", i, i);
    fprintf(out, "};\nconst unsigned vgpu_cc_library_num_parts = %u;\n", num_parts);
    qsort(entries, num_entries, sizeof(entries[0]), compare_entries);
    fprintf(out, "const struct vgpu_cc_library_entry vgpu_cc_library_entries[] = {\n");
    for (unsigned i = 0; i < num_entries; i++)
        fprintf(out, "{\"%s\", %u},\n", entries[i].name, entries[i].part);
    fprintf(out, "};\nconst unsigned vgpu_cc_library_num_entries = %u;\n", num_entries);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;

    if (!out) {
        fprintf(stderr, "usage: pack <out.c> <in.bc>...\n");
        return 1;
    }
    fprintf(out, "/* Made by the build from builtin/library/. */\n"
                 "#include \"library.h\"\n");
    for (int i = 2; i < argc; i++)
        if (!pack(out, argv[i], (unsigned)i - 2))
            return 1;
    write_tables(out, (unsigned)argc - 2);
    return fclose(out) == 0 ? 0 : 1;
}
