"""The disks of Scripts/powerloss must be those that a loss of power could leave."""

import random
import sys
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS / "powerloss.d")]

from record import (  # noqa: E402
    DATABASE, LOG, SYNCHRONISE, TRUNCATE, WRITE, Operation, losses, without_commits, without_synchronisation,
)

PAGE = 4096


def write(file, text, offset=0):
    return Operation(WRITE, file, offset, text * PAGE, 0)


def disks(operations, point=None):
    points = [point or len(operations)]
    return {style: (database, log) for _, style, database, log in losses(operations, points, random.Random(1))}


class LossTests(unittest.TestCase):
    def test_what_was_synchronised_is_there_and_the_rest_may_be(self):
        made = disks([write(LOG, b"a"), Operation(SYNCHRONISE, LOG, 0, b"", 0), write(LOG, b"b")])
        self.assertEqual(made["none"][1], b"a" * PAGE)
        self.assertEqual(made["all"][1], b"b" * PAGE)

    def test_a_synchronisation_is_of_one_file(self):
        made = disks([write(LOG, b"a"), write(DATABASE, b"d"), Operation(SYNCHRONISE, DATABASE, 0, b"", 0)])
        self.assertEqual((made["none"][0], made["none"][1]), (b"d" * PAGE, b""))

    def test_what_follows_the_loss_never_happened(self):
        self.assertEqual(disks([write(LOG, b"a"), write(LOG, b"b")], point=1)["all"][1], b"a" * PAGE)

    def test_a_file_is_cut_and_made_longer(self):
        self.assertEqual(disks([write(LOG, b"a"), Operation(TRUNCATE, LOG, 3, b"", 0)])["all"][1], b"aaa")
        self.assertEqual(disks([Operation(TRUNCATE, LOG, 3, b"", 0)])["all"][1], bytes(3))

    def test_a_part_is_torn_at_sectors(self):
        torn = set()
        operations = [write(LOG, b"a"), Operation(SYNCHRONISE, LOG, 0, b"", 0), write(LOG, b"b")]
        for seed in range(50):
            for _, style, _, log in losses(operations, [3], random.Random(seed)):
                if style == "part":
                    torn.add(bytes(log))
        self.assertGreater(len(torn), 5)
        for image in torn:
            for start in range(0, PAGE, 512):
                self.assertEqual(len(set(image[start : start + 512])), 1)

    def test_the_controls_leave_out_what_they_say(self):
        commit, copied = Operation(SYNCHRONISE, LOG, 0, b"", 1), Operation(SYNCHRONISE, LOG, 0, b"", 2)
        operations = [write(LOG, b"a"), commit, write(LOG, b"b"), copied, write(DATABASE, b"b")]
        self.assertEqual([operation.end for operation in without_commits(operations) if operation.kind == SYNCHRONISE], [2])
        self.assertEqual(len(list(without_synchronisation(operations))), 3)


if __name__ == "__main__":
    unittest.main()
