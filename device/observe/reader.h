/* SPDX-License-Identifier: MIT */
/* From records to the timeline. Of one thread, but where it says otherwise. */
#ifndef VGPU_OBSERVE_READER_H
#define VGPU_OBSERVE_READER_H

#include "observe/timeline.h"

/* Where slices go. */
struct vgpu_timeline_sink {
    const struct vgpu_timeline_visitor *visitor;
    void *context;
};

#define VGPU_MOST_SINKS 2u

/* vgpu_reader_pass - takes in all that was told before the call, and gives the sinks what
 * came of it: lanes before their first slice, slices in the order of their ends (those of
 * one kind), arrows after both of their slices. True: there was something. */
bool vgpu_reader_pass(const struct vgpu_timeline_sink *sinks, unsigned num_sinks);

/* vgpu_reader_open - gives what is under way: slices whose end is 0; of commands that
 * have not ended the oldest. */
void vgpu_reader_open(const struct vgpu_timeline_sink *sink);

/* vgpu_reader_lost - records that were lost up to now. */
uint64_t vgpu_reader_lost(void);

#endif
