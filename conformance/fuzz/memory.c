/* SPDX-License-Identifier: MIT */
/* The reference's memory: loads and stores, and who may make them when. */
#include "interpret.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MANY UINT32_MAX

void fuzz_refuse(struct machine *machine, const char *format, ...)
{
    va_list arguments;

    if (machine->error[0])
        return;
    va_start(arguments, format);
    vsnprintf(machine->error, sizeof machine->error, format, arguments);
    va_end(arguments);
}

/* Whether what `who` of `group` did at `epoch` is not ordered before the item. */
static bool clashes(const struct machine *machine, const struct item *item, uint32_t who,
                    uint32_t group, uint32_t epoch, uint32_t now)
{
    if (who == 0 || who == item->id)
        return false;
    return group != machine->group_number || epoch == now;
}

static void touch_byte(struct machine *machine, const struct item *item,
                       struct shadow *shadow, uint32_t now, enum access access,
                       enum atomic atomic)
{
    const bool after_write = clashes(machine, item, shadow->writer, shadow->write_group,
                                     shadow->write_epoch, now);
    const bool after_read = clashes(machine, item, shadow->reader, shadow->read_group,
                                    shadow->read_epoch, now);

    if (access == ACCESS_READ) {
        if (after_write)
            fuzz_refuse(machine, "race: read after another item's write");
        if (shadow->read_epoch != now)
            shadow->reader = item->id;
        else if (shadow->reader != item->id)
            shadow->reader = MANY;
        shadow->read_group =
            shadow->read_group && shadow->read_group != machine->group_number
                ? MANY
                : machine->group_number;
        shadow->read_epoch = now;
        return;
    }
    if (after_read)
        fuzz_refuse(machine, "race: write after another item's read");
    if (after_write && (access != ACCESS_ATOMIC || shadow->atomic != (uint32_t)atomic))
        fuzz_refuse(machine, "race: two items' writes");
    /* of several kinds by one item, then one by another: the last kind is remembered, and
     * the first makes the order matter */
    if (!after_write && access == ACCESS_ATOMIC && shadow->writer == item->id &&
        shadow->write_epoch == now && shadow->atomic != (uint32_t)atomic)
        atomic = ATOMIC_NONE;
    const bool shares = after_write && shadow->writer != item->id;
    const bool keeps = shares || (shadow->writer == MANY && shadow->write_epoch == now);
    shadow->writer = keeps ? MANY : item->id;
    shadow->write_group =
        shadow->write_group && shadow->write_group != machine->group_number
            ? MANY
            : machine->group_number;
    shadow->write_epoch = now;
    shadow->atomic = access == ACCESS_ATOMIC ? (uint32_t)atomic : ATOMIC_NONE;
}

void fuzz_touch(struct machine *machine, const struct item *item,
                const unsigned char *address, size_t size, enum access access,
                enum atomic atomic)
{
    const uintptr_t at = (uintptr_t)address;
    const uintptr_t local = (uintptr_t)machine->local,
                    global = (uintptr_t)machine->global;
    struct shadow *shadow = NULL;
    uint32_t now = 0;

    if (at >= local && at < local + machine->local_bytes) {
        shadow = machine->local_shadow + (at - local);
        now = machine->local_epoch;
        if (access != ACCESS_WRITE && shadow->writer == 0)
            fuzz_refuse(machine, "local memory read before it is written");
    } else if (at >= global && at < global + machine->global_bytes) {
        shadow = machine->global_shadow + (at - global);
        now = machine->global_epoch;
    }
    for (size_t i = 0; shadow && i < size; i++)
        touch_byte(machine, item, shadow + i, now, access, atomic);
}

void fuzz_load(struct machine *machine, const struct item *item, struct place place,
               struct value *value_out)
{
    const size_t step = fuzz_scalars[place.type.kind].bits / 8;

    memset(value_out, 0, sizeof *value_out);
    if (!place.address || place.count < 1) {
        fuzz_refuse(machine, "load outside of an object");
        return;
    }
    fuzz_touch(machine, item, place.address, step * place.type.width, ACCESS_READ,
               ATOMIC_NONE);
    for (unsigned i = 0; i < place.type.width; i++)
        value_out->lane[i] =
            fuzz_component_load(place.type.kind, place.address + i * step);
}

void fuzz_store(struct machine *machine, const struct item *item, struct place place,
                const struct value *value)
{
    const size_t step = fuzz_scalars[place.type.kind].bits / 8;

    if (!place.address || place.count < 1) {
        fuzz_refuse(machine, "store outside of an object");
        return;
    }
    fuzz_touch(machine, item, place.address, step * place.type.width, ACCESS_WRITE,
               ATOMIC_NONE);
    for (unsigned i = 0; i < place.type.width; i++)
        fuzz_component_store(place.type.kind, place.address + i * step, value->lane[i]);
}
