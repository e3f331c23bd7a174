#!/usr/bin/env python3
"""Writes the golden files of format 1 from the layouts as they are drawn, knowing nothing of the
Swift code. Run once; the files stay as they are for ever.

Each file is hexadecimal text, 32 bytes a line.
"""
import os
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283


def save(name, data):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as file:
        for at in range(0, len(data), 32):
            file.write(data[at : at + 32].hex() + "\n")


# (time, {column: (bits, flag, marks)})
HALF, MINUS_ZERO, NAN = 0x3FE0000000000000, 1 << 63, 0x7FF80000DEADBEEF
ROWS = [
    (-1, {0: (HALF, 1, 0)}),
    (1767225600000, {0: (MINUS_ZERO, 3, 0x11), 2: (0x401D000000000000, 1, 0)}),
    (1767225610000, {2: (NAN, 9, 0x64)}),
]


def page():
    body = b"".join(struct.pack("<q", time) for time, _ in ROWS)
    for column in (0, 2):
        cells = [(row, values[column]) for row, (_, values) in enumerate(ROWS) if column in values]
        body += bytes([sum(1 << row for row, _ in cells)])
        body += b"".join(struct.pack("<Q", cell[0]) for _, cell in cells)
        body += bytes(cell[1] for _, cell in cells)
        body += bytes(cell[2] for _, cell in cells)
    header = b"PWPG" + struct.pack("<HBBII", 1, 0, 1, 7, len(ROWS))
    header += struct.pack("<QQqq", 5, 9, ROWS[0][0], ROWS[-1][0])
    header += struct.pack("<QQII", 0b101, 4096, len(body), crc32c(body))
    header += bytes(124 - len(header))
    header += struct.pack("<I", crc32c(header))
    return (header + body).ljust(1024, b"\0")


def record():
    body = b""
    for time, values in ROWS:
        body += struct.pack("<IqB", 7, time, len(values))
        for column, (bits, flag, marks) in sorted(values.items()):
            body += struct.pack("<BQBB", column, bits, flag, marks)
    body += bytes(-len(body) % 8)
    rest = struct.pack("<QQQqII", 8192, 12, 8000, 1767225611000, len(body), len(ROWS)) + body
    return b"PWJR" + struct.pack("<I", crc32c(rest)) + rest


def journal_header():
    block = b"PoolJrn\n" + struct.pack("<II", 1, 0)
    block += struct.pack("<QQQQqQ", 3, 1000, 2000, 77, 1767225611000, 49152)
    block += struct.pack("<I", crc32c(block))
    return 2 * block.ljust(4096, b"\0")


def catalog():
    def name(text):
        return struct.pack("<H", len(text.encode())) + text.encode()

    data = b"PoolCat\n" + struct.pack("<IIQQ", 1, 1024, 2, 65536)
    data += struct.pack("<IQQ", 2, 12288, 16384)
    data += struct.pack("<I", 2) + name("free_chlorine") + name("ph")
    data += struct.pack("<I", 2) + name("venue-01/main") + struct.pack("<IQI", 0, 8192, 4)
    data += name("游泳馆/大池") + struct.pack("<IQI", 1, 8192, 8)
    return data + struct.pack("<I", crc32c(data))


save("page-v1.hex", page())
save("record-v1.hex", record())
save("journal-header-v1.hex", journal_header())
save("catalog-v1.hex", catalog())
