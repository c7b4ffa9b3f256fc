# A small GPU with easy figures: 2 units of 8 lanes, memory of its own

name = Teaching GPU
type = gpu

# Compute units. A work-group of 32 work-items is 4 sub-groups of 8.
cu = 2
sub_group = 8
lanes = 8
clock = 1GHz
work_group = 256

# What a compute unit holds: 32 sub-groups, if they take no more than their share of the rest.
unit_sub_groups = 32
unit_work_groups = 8
unit_work_items = 256
unit_local = 32K
unit_private = 32K

# Memory: 10 bytes a cycle for the whole device, and 100 cycles until they are there.
mem = 256M
alloc = 128M
local = 32K
constant = 64K
private = 4K
cache = 64K
cache_line = 64
bandwidth = 10GB/s
latency = 100ns
images = no

# The link: a megabyte takes a millisecond.
memory = separate
link = instant
link_bandwidth = 1GB/s
link_delay = 10us
