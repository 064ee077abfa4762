"""The record of what was done to the files, and the disks that a power loss could leave behind."""

import struct
from dataclasses import dataclass, field

HEADER = struct.Struct("<cc6xQQ")
SECTOR = 512
WRITE, TRUNCATE, SYNCHRONISE, REMOVE = b"w", b"t", b"s", b"r"
DATABASE, LOG = b"d", b"l"


@dataclass(frozen=True)
class Operation:
    """One change of a file, or its synchronisation; `end` is the record's length after it."""

    kind: bytes
    file: bytes
    offset: int
    data: bytes
    end: int


def read_record(path):
    """All operations of a record, in their order; one that was cut by the end of the process is left out."""
    record = path.read_bytes()
    operations, position = [], 0
    while position + HEADER.size <= len(record):
        kind, file, offset, length = HEADER.unpack_from(record, position)
        position += HEADER.size
        if kind != WRITE:
            length = 0
        if position + length > len(record):
            break
        operations.append(Operation(kind, file, offset, record[position : position + length], position + length))
        position += length
    return operations


def without_commits(operations):
    """As if commits did not wait for the disk: of the log, only what precedes a copy into the database is safe.

    This is what `synchronous=NORMAL` does, and must lose what was acknowledged.
    """
    for number, operation in enumerate(operations):
        following = operations[number + 1] if number + 1 < len(operations) else None
        is_commit = operation.kind == SYNCHRONISE and operation.file == LOG
        if not is_commit or (following and following.file == DATABASE):
            yield operation


def without_synchronisation(operations):
    """As if nothing ever waited for the disk; this must damage the database."""
    return (operation for operation in operations if operation.kind != SYNCHRONISE)


@dataclass
class File:
    """What of one file is safe on the disk, and what was written since."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)
    exists: bool = False

    def take(self, operation):
        if operation.kind == SYNCHRONISE:
            for earlier in self.pending:
                change(self.safe, earlier)
            self.pending.clear()
        elif operation.kind == REMOVE:
            self.safe, self.pending, self.exists = bytearray(), [], False
        else:
            self.exists = True
            self.pending.append(operation)

    def after_loss(self, style, random):
        """The file after the power went: `none`, `all` or a random `part` of what was not synchronised is there."""
        image = bytearray(self.safe)
        for operation in self.pending if style != "none" else ():
            if style == "all":
                change(image, operation)
            else:
                change_in_part(image, operation, random)
        return image


def change(image, operation):
    end = operation.offset + len(operation.data)
    if operation.kind == TRUNCATE:
        del image[end:]
    if len(image) < end:
        image.extend(bytes(end - len(image)))
    image[operation.offset : end] = operation.data


def change_in_part(image, operation, random):
    """Not at all, whole, or sector by sector."""
    chance = random.random()
    if chance < 0.4:
        return
    if chance < 0.7 or operation.kind == TRUNCATE:
        change(image, operation)
        return
    for start in range(0, len(operation.data), SECTOR):
        if random.random() < 0.5:
            sector = operation.data[start : start + SECTOR]
            change(image, Operation(WRITE, operation.file, operation.offset + start, sector, operation.end))


def losses(operations, points, random):
    """The disks after a power loss at each of the points: (record's length there, style, database, log or None)."""
    files = {DATABASE: File(), LOG: File()}
    points = sorted(points)
    for number, operation in enumerate(operations, start=1):
        files[operation.file].take(operation)
        while points and points[0] <= number:
            points.pop(0)
            for style in ("none", "part", "all"):
                database, log = (
                    file.after_loss(style, random) if file.exists else None for file in (files[DATABASE], files[LOG])
                )
                yield operation.end, style, database, log
