# SPDX-License-Identifier: MIT
"""gdb's view of the virtual GPU: the commands `vgpu item`, `vgpu group`, `vgpu local` and `vgpu buffers`,
and the stop in a work-item that VGPU_BREAK names.

Lies beside libvgpu.so.1 for gdb to load by itself; `vgpu break` loads it explicitly. What lies where in
the process it learns from the table `vgpu_inspection` that the library exports, so it needs none of the
library's debugging information. It only reads the process' memory."""

import struct

import gdb

VERSION = 2
MOST_FIELDS = 256
MOST_ITEMS = 1 << 16
FORMATS = {
    "char": ("b", 1), "uchar": ("B", 1), "short": ("h", 2), "ushort": ("H", 2),
    "int": ("i", 4), "uint": ("I", 4), "long": ("q", 8), "ulong": ("Q", 8),
    "half": ("e", 2), "float": ("f", 4), "double": ("d", 8), "hex": (None, 1),
}
FLAGS = ((1, "read-write"), (2, "write-only"), (4, "read-only"), (8, "use-host-ptr"),
         (16, "alloc-host-ptr"), (32, "copy-host-ptr"), (128, "host-write-only"),
         (256, "host-read-only"), (512, "host-no-access"))


class Memory:
    """The stopped process, by the layout that its library tells."""

    def __init__(self):
        if gdb.selected_inferior().pid == 0:
            raise gdb.GdbError("the program is not running")
        try:
            table = int(gdb.parse_and_eval("(unsigned long)&vgpu_inspection"))
        except gdb.error:
            raise gdb.GdbError("libvgpu.so.1 is not loaded into the program (yet)")
        version, count = struct.unpack("<II", self.read(table, 8))
        fields, self.runs, self.mems, self.fiber_bytes = struct.unpack(
            "<4Q", self.read(table + 8, 32))
        if version != VERSION or count > MOST_FIELDS:
            raise gdb.GdbError("this libvgpu.so.1 is of another version than these commands (%d, not %d); "
                               "load the vgpu_gdb.py that came with it" % (version, VERSION))
        self.fields = {}
        for at in range(fields, fields + 40 * count, 40):
            name, offset, size = struct.unpack("<32sII", self.read(at, 40))
            self.fields[name.split(b"\0")[0].decode("ascii", "replace")] = (offset, size)

    @staticmethod
    def read(address, size):
        return bytes(gdb.selected_inferior().read_memory(address, size))

    def get(self, base, name):
        """The number that a member holds; of an array of size_t, a tuple."""
        offset, size = self.fields[name]
        data = self.read(base + offset, size)
        if size > 8:
            return struct.unpack("<%dQ" % (size // 8), data)
        return int.from_bytes(data, "little")

    def address(self, base, name):
        return base + self.fields[name][0]

    def pointer(self, address):
        return int.from_bytes(self.read(address, 8), "little")

    def text(self, address, most=256):
        """A string; "?" where there is none."""
        text = b""
        try:
            while address and len(text) < most:
                byte = self.read(address + len(text), 1)
                if byte == b"\0":
                    break
                text += byte
        except gdb.MemoryError:
            pass
        return text.decode("utf-8", "replace") or "?"

    def run_of_thread(self):
        """The struct vgpu_item_run of the selected thread."""
        thread = gdb.selected_thread()
        run = self.pointer(self.runs) if thread else 0
        for _ in range(MOST_ITEMS):
            if run == 0:
                break
            if self.get(run, "run.thread") == thread.ptid[1]:
                return run
            run = self.get(run, "run.next")
        raise gdb.GdbError("the selected thread is no compute unit; `info threads` lists them: those are "
                           "called vgpu0.0, vgpu0.1, ... (device, unit)")


def ids(numbers, work_dim):
    return "(" + ", ".join(str(n) for n in numbers[:max(1, min(work_dim, 3))]) + ")"


class Item:
    """A work-item and its group."""

    def __init__(self, memory, address):
        self.group = memory.get(address, "item.group")
        self.global_id = memory.get(address, "item.global_id")
        self.local_id = memory.get(address, "item.local_id")
        self.local_size = memory.get(self.group, "group.local_size")
        self.work_dim = memory.get(self.group, "group.work_dim")
        x, y, z = self.local_id
        self.linear_id = (z * self.local_size[1] + y) * self.local_size[0] + x

    def key(self):
        return self.group, self.global_id


class Arrivals:
    """What was last met at vgpu_break_here, by thread: rows and groups have no items to ask."""
    items = {}


def current_item(memory):
    run = memory.run_of_thread()
    launch = memory.get(run, "run.launch")
    if launch == 0:
        raise gdb.GdbError("this compute unit runs no kernel now; `info threads` shows where the others are")
    fiber = memory.get(run, "run.current")
    if fiber != 0:
        return run, launch, Item(memory, memory.address(fiber, "fiber.item"))
    raise gdb.GdbError("kernel %s runs here without work-items of their own: a row of them, or a whole "
                       "work-group, at a time; break in it with VGPU_BREAK or `vgpu break`, or set "
                       "VGPU_KERNEL_MODE=fiber"
                       % memory.text(memory.get(launch, "launch.name")))


def describe(memory, run, launch, item):
    group, size = item.group, memory.get(run, "run.sub_group_size")
    print("kernel       %s" % memory.text(memory.get(launch, "launch.name")))
    print("global id    %s of %s%s" % (
        ids(item.global_id, item.work_dim), ids(memory.get(group, "group.global_size"), item.work_dim),
        "" if not any(memory.get(group, "group.global_offset"))
        else ", offset " + ids(memory.get(group, "group.global_offset"), item.work_dim)))
    print("local id     %s of %s" % (ids(item.local_id, item.work_dim), ids(item.local_size, item.work_dim)))
    print("group id     %s of %s" % (
        ids(memory.get(group, "group.group_id"), item.work_dim),
        ids(memory.get(group, "group.num_groups"), item.work_dim)))
    print("sub-group    %d, local id %d in it" % (item.linear_id // size, item.linear_id % size))


class Command(gdb.Command):
    """A command that reads the process' memory."""

    def __init__(self, name, kind=gdb.COMMAND_DATA):
        super().__init__(name, kind)

    def invoke(self, argument, from_tty):
        try:
            self.run(argument)
        except (gdb.MemoryError, KeyError, struct.error, OverflowError) as error:
            raise gdb.GdbError("what the program's memory says of vgpu makes no sense: %s" % error)


class VgpuCommand(gdb.Command):
    """The virtual GPU in the program: vgpu item, vgpu group, vgpu local, vgpu buffers."""

    def __init__(self):
        super().__init__("vgpu", gdb.COMMAND_DATA, prefix=True)

    def invoke(self, argument, from_tty):
        gdb.execute("help vgpu")


class ItemCommand(Command):
    """The ids of the work-item that the selected thread runs."""

    def __init__(self):
        super().__init__("vgpu item")

    def run(self, argument):
        memory = Memory()
        run, launch, item = current_item(memory)
        describe(memory, run, launch, item)


def linear_to_local(linear, size):
    return (linear % size[0], linear // size[0] % size[1], linear // (size[0] * size[1]))


def states_of_group(memory, run, item):
    """What each item of the group does, in the order of their local linear ids."""
    count = min(memory.get(run, "run.count"), MOST_ITEMS)
    started = memory.get(run, "run.started")
    states = ["ended" if i < started else "not begun" for i in range(count)]
    first, current = memory.get(run, "run.fibers"), memory.get(run, "run.current")
    for i in range(min(memory.get(run, "run.used"), count)):
        fiber = first + i * memory.fiber_bytes
        other = Item(memory, memory.address(fiber, "fiber.item"))
        if other.linear_id >= count:
            continue
        line = memory.get(fiber, "fiber.line")
        if fiber == current:
            states[other.linear_id] = "running: this one"
        elif memory.get(fiber, "fiber.exchange"):
            states[other.linear_id] = "waiting for its sub-group"
        elif not memory.get(fiber, "fiber.waiting"):
            states[other.linear_id] = "ended"
        elif fiber < current:
            states[other.linear_id] = "waiting at the barrier of line %d" % line
        else:
            states[other.linear_id] = "about to go on behind the barrier of line %d" % line
    return states


class GroupCommand(Command):
    """What the other work-items of the selected thread's work-group do.

Work-items of a group take turns: one runs until it ends or comes to a barrier, then the next one does."""

    def __init__(self):
        super().__init__("vgpu group")

    def run(self, argument):
        memory = Memory()
        run, launch, item = current_item(memory)
        states = states_of_group(memory, run, item)
        print("work-group %s of kernel %s: %d work-items" % (
            ids(memory.get(item.group, "group.group_id"), item.work_dim),
            memory.text(memory.get(launch, "launch.name")), len(states)))
        first = 0
        while first < len(states):
            last = first
            while last + 1 < len(states) and states[last + 1] == states[first]:
                last += 1
            name = ids(linear_to_local(first, item.local_size), item.work_dim)
            if last > first:
                name += " to " + ids(linear_to_local(last, item.local_size), item.work_dim)
            print("  local id %s: %s" % (name, states[first]))
            first = last + 1


def parse_show(argument, default):
    """--type=T --offset=N --count=N --columns=N, in any order, `--type T` too."""
    options = {"type": default, "offset": 0, "count": None, "columns": None}
    words = gdb.string_to_argv(argument.replace("=", " "))
    while words:
        name = words.pop(0)[2:] if words[0].startswith("--") else ""
        if name not in options or not words:
            raise gdb.GdbError("takes --type=%s, --offset=N, --count=N, --columns=N" % "|".join(FORMATS))
        value = words.pop(0)
        if name == "type":
            if value not in FORMATS:
                raise gdb.GdbError("there is no type '%s'; there are %s" % (value, ", ".join(FORMATS)))
        else:
            try:
                value = int(value, 0)
            except ValueError:
                raise gdb.GdbError("--%s wants a number, not '%s'" % (name, value))
            if value < (0 if name == "offset" else 1):
                raise gdb.GdbError("--%s cannot be %d" % (name, value))
        options[name] = value
    return options


def show(read, size, options):
    """What `read` gives of bytes [at, at + size) of memory that has `size` of them."""
    code, width = FORMATS[options["type"]]
    first, elements = options["offset"], size // width
    if first >= elements:
        raise gdb.GdbError("there are %d elements of type %s, so none from %d on"
                           % (elements, options["type"], first))
    count = min(options["count"] or (64 if code else 256), elements - first)
    columns = options["columns"] or (8 if code else 16)
    data = read(first * width, count * width)
    for i in range(0, count, columns):
        row = data[i * width:min(i + columns, count) * width]
        if code:
            values = [format(v[0], ".7g") if code in "efd" else str(v[0])
                      for v in struct.iter_unpack("<" + code, row)]
            print("%8d: %s" % (first + i, " ".join("%12s" % v for v in values)))
        else:
            print("%8x: %-*s %s" % (first + i, 3 * columns, " ".join("%02x" % b for b in row),
                                    "".join(chr(b) if 32 <= b < 127 else "." for b in row)))
    if first + count < elements:
        print("... %d more; --count and --offset show them" % (elements - first - count))


class LocalCommand(Command):
    """The __local memory of the selected thread's work-group: vgpu local [--type=float] [--offset=N]
[--count=N] [--columns=N]. The kernel's __local variables come first, then its __local arguments."""

    def __init__(self):
        super().__init__("vgpu local")

    def run(self, argument):
        memory = Memory()
        options = parse_show(argument, "hex")
        _, launch, item = current_item(memory)
        size = memory.get(launch, "launch.local_bytes")
        if size == 0:
            print("The kernel has no __local memory. (VGPU_LOCAL variables of kernels in C are ordinary "
                  "variables: print them by name.)")
            return
        print("%d bytes of local memory" % size)
        base = memory.get(item.group, "group.local_memory")
        show(lambda at, count: memory.read(base + at, count), size, options)


def buffers(memory):
    """Address and slot of each buffer, in order."""
    base, used = memory.get(memory.mems, "range.base"), memory.get(memory.mems, "range.used")
    step = memory.get(memory.mems, "range.slot_size")
    if base == 0 or step == 0:
        return []
    return [slot for slot in range(base, base + used, step) if memory.get(slot, "mem.refs") != 0]


def name_of_buffer(memory, slot):
    name = "%s %d" % ("sub-buffer" if memory.get(slot, "mem.parent") else "buffer",
                      memory.get(slot, "mem.number"))
    label = memory.get(slot, "mem.label")
    return name + ' "%s"' % memory.text(label) if label else name


class Contents:
    """Where a buffer's bytes are: in one place, or in the memories of devices that have their own."""

    def __init__(self, memory, slot):
        self.memory, self.data, self.size = memory, memory.get(slot, "mem.data"), memory.get(slot, "mem.size")
        parent = memory.get(slot, "mem.parent")
        self.storage = memory.get(parent or slot, "mem.storage")
        self.origin = memory.get(slot, "mem.origin") if parent else 0

    def pieces(self):
        """Begin, end and address of each piece, from the buffer's first byte on; address 0: nobody wrote it."""
        if self.storage == 0:
            return [(0, self.size, self.data)]
        memory, pieces = self.memory, []
        at, width = memory.fields["extent.where"]
        step = -(-sum(memory.fields["extent.begin"]) // width) * width
        first, count = memory.get(self.storage, "storage.extents"), memory.get(self.storage, "storage.num_extents")
        for extent in reversed(range(first, first + min(count, MOST_ITEMS) * step, step)):
            begin = max(memory.get(extent, "extent.begin") - self.origin, 0)
            end = pieces[0][0] if pieces else self.size
            where = int.from_bytes(memory.read(extent + at, width), "little")
            copy = memory.pointer(memory.address(self.storage, "storage.at") + 8 * ((where & -where).bit_length() - 1)) \
                if where else 0
            if begin < end:
                pieces.insert(0, (begin, end, copy + self.origin + begin if copy else 0))
        return pieces

    def read(self, at, size):
        data = b""
        for begin, end, address in self.pieces():
            first, last = max(begin, at), min(end, at + size)
            if first < last:
                data += self.memory.read(address + first - begin, last - first) if address else bytes(last - first)
        return data

    def has(self, address):
        return any(first and first <= address < first + end - begin for begin, end, first in self.pieces())

    def places(self):
        """In words."""
        pieces = [(begin, end, address) for begin, end, address in self.pieces() if address]
        if not pieces:
            return "not written yet"
        if len(pieces) == 1 and pieces[0][:2] == (0, self.size):
            return "at %#x" % pieces[0][2]
        return ", ".join("bytes %d to %d at %#x" % (begin, end - 1, address) for begin, end, address in pieces[:8]) \
            + (", ..." if len(pieces) > 8 else "")


class BuffersCommand(Command):
    """The program's buffers: vgpu buffers; contents of one: vgpu buffers BUFFER [--type=float]
[--offset=N] [--count=N] [--columns=N]. BUFFER is its number, its cl_mem, or an address in it."""

    def __init__(self):
        super().__init__("vgpu buffers")

    def run(self, argument):
        memory = Memory()
        words = argument.split(None, 1)
        if words and not words[0].startswith("--"):
            self.show_one(memory, int(gdb.parse_and_eval("(unsigned long)(%s)" % words[0])),
                          parse_show(words[1] if len(words) > 1 else "", "hex"))
            return
        slots = sorted(buffers(memory), key=lambda slot: memory.get(slot, "mem.number"))
        if not slots:
            print("There are no buffers.")
        for slot in slots:
            flags = memory.get(slot, "mem.flags")
            names = " ".join(name for bit, name in FLAGS if flags & bit)
            parent = memory.get(slot, "mem.parent")
            print("%s: %d bytes %s, cl_mem %#x, %s%s%s%s" % (
                name_of_buffer(memory, slot), memory.get(slot, "mem.size"), Contents(memory, slot).places(),
                slot, names, ", mapped" if memory.get(slot, "mem.mappings") else "",
                ", part of %s" % name_of_buffer(memory, parent) if parent else "",
                "" if memory.get(slot, "mem.app_refs") else ", released but still in use"))

    @staticmethod
    def show_one(memory, which, options):
        for slot in buffers(memory):
            contents = Contents(memory, slot)
            if which in (slot, memory.get(slot, "mem.number")) or contents.has(which):
                print("%s, %d bytes" % (name_of_buffer(memory, slot), contents.size))
                show(contents.read, contents.size, options)
                return
        raise gdb.GdbError("%#x is no buffer; `vgpu buffers` lists them" % which)


def first_line(address):
    """Where the function's body begins, and its parameters can be read. Kernels in C are macros: what stands
on the line of their name is not the body yet."""
    block = gdb.block_for_pc(address)
    while block and block.function is None:
        block = block.superblock
    sal = gdb.find_pc_line(address)
    if not block or not sal.symtab:
        return address
    later = [entry for entry in sal.symtab.linetable() if address < entry.pc < block.end and entry.line != 0]
    body = [entry.pc for entry in later if entry.line > sal.line] or [entry.pc for entry in later]
    return min(body) if body else address


class OwnBreakpoint(gdb.Breakpoint):
    """Stops once, and only in one work-item."""

    def __init__(self, where, thread, key):
        super().__init__(where, internal=True, temporary=True)
        self.silent = True
        self.thread = thread
        self.key = key

    def stop(self):
        try:
            return current_item(Memory())[2].key() == self.key
        except (gdb.error, gdb.MemoryError):
            return False


class ArriveCommand(Command):
    """Goes from vgpu_break_here into the work-item. For the breakpoint's own use."""

    def __init__(self):
        super().__init__("vgpu arrive", gdb.COMMAND_OBSCURE)

    def run(self, argument):
        memory = Memory()
        register = "$rdi" if "x86-64" in gdb.selected_frame().architecture().name() else "$x0"
        arrival = int(gdb.parse_and_eval("(unsigned long)" + register))
        item = Item(memory, memory.get(arrival, "arrival.item"))
        what = "Work-item %s of kernel %s, local id %s in work-group %s" % (
            ids(item.global_id, item.work_dim), memory.text(memory.get(arrival, "arrival.kernel")),
            ids(item.local_id, item.work_dim),
            ids(memory.get(item.group, "group.group_id"), item.work_dim))
        function, line = memory.get(arrival, "arrival.function"), memory.get(arrival, "arrival.line")
        whole = memory.get(arrival, "arrival.is_whole_group")
        self.begin(function)
        sal = gdb.find_pc_line(function)
        if line and not whole and sal.symtab:
            if not self.go_to_line("%s:%d" % (sal.symtab.filename, line), item, what, line):
                return
        elif line:
            print("It cannot be stopped at line %d: %s." % (
                line, "the kernel was compiled without -g" if not whole else "its work-group runs as one"))
        print(what)
        if whole:
            print("Its work-group is about to begin: this code runs work-items together, so none can be stopped "
                  "alone. One can in OpenCL C that is compiled while the program runs, in VGPU_KERNEL and in "
                  "VGPU_BARRIER_KERNEL.")
        gdb.execute("frame")
        if not sal.symtab:
            print("The kernel was compiled without -g: there are no lines and no locals.")

    @staticmethod
    def begin(function):
        stop = gdb.Breakpoint("*%#x" % first_line(function), internal=True, temporary=True)
        stop.thread, stop.silent = gdb.selected_thread().num, True
        gdb.execute("continue", to_string=True)
        # A kernel in C is inlined into what loads its arguments; gdb stops before it.
        for _ in range(4):
            frame = gdb.selected_frame()
            caller = (frame.name() or "").startswith(("vgpu_kernel_item_", "vgpu_kernel_group_"))
            if not caller or not frame.find_sal().symtab:
                break
            gdb.execute("step", to_string=True)

    @staticmethod
    def go_to_line(where, item, what, line):
        """Whether the work-item came there."""
        if gdb.selected_frame().find_sal().line == line:
            return True
        thread = gdb.selected_thread().num
        there = OwnBreakpoint(where, thread, item.key())
        left = OwnBreakpoint("vgpu_break_left", thread, item.key())
        gdb.execute("continue", to_string=True)
        came, ended = not there.is_valid(), not left.is_valid()
        for stop in (there, left):
            if stop.is_valid() and (came or ended):
                stop.delete()
        if ended:
            print("%s,\nhas ended without coming to line %d." % (what, line))
        elif not came and gdb.selected_inferior().pid != 0:
            gdb.execute("frame")
        return came


def watch():
    """A breakpoint at vgpu_break_here that goes on into the work-item."""
    for breakpoint in gdb.breakpoints() or ():
        if breakpoint.location == "vgpu_break_here":
            return
    gdb.execute("set breakpoint pending on", to_string=True)
    gdb.execute("break vgpu_break_here", to_string=True)
    stop = gdb.breakpoints()[-1]
    stop.silent = True
    stop.commands = "vgpu arrive"


for command in (VgpuCommand, ItemCommand, GroupCommand, LocalCommand, BuffersCommand, ArriveCommand):
    command()
watch()
