"""Keys as RTP has them (RFC 4733): how they are pressed, for phone.py, and a capture that sipp plays.

    python3 keys.py KEYS FILE [doubled|lossy|endless]     ("," waits half a second)
"""
import struct
import sys

KEYS = "0123456789*#ABCD"
EVENT, PCMU = 101, 0  # payload types; the first is what radmfad offers
SAMPLES = 160  # of 20 ms at 8000 Hz
UPDATES, ENDS, BETWEEN = 4, 3, 3  # packets


def press(keys, how=None):
    """What goes out in each 20 ms: whether an event begins, its payload (None: sound) and how many times it arrives.

    doubled: everything comes twice; lossy: of each key one update and one end come; endless: no end comes (RFC 4733 2.5.1.4).
    """
    for key in keys:
        if key == ",":
            yield from [(False, None, 1)] * 25
            continue
        for number in range(UPDATES + ENDS):
            is_end = number >= UPDATES
            flags = 0x80 * is_end | 10  # the volume, -10 dBm0
            payload = struct.pack("!BBH", KEYS.index(key), flags, SAMPLES * min(number + 1, UPDATES))
            is_lost = {"lossy": number not in (2, 5), "endless": is_end}.get(how, False)
            yield number == 0, payload, 0 if is_lost else 2 if how == "doubled" else 1
        yield from [(False, None, 1)] * BETWEEN


class Packets:
    """One source's packets, in order."""

    def __init__(self, source, sequence, timestamp):
        self.source, self.sequence, self.timestamp, self.begun = source, sequence, timestamp, timestamp

    def next(self, is_first, payload, sound=b"\xff" * SAMPLES, sound_type=PCMU, event_type=EVENT):
        """20 ms of it: of an event, or of sound."""
        if is_first:
            self.begun = self.timestamp
        kind = sound_type if payload is None else event_type | 0x80 * is_first
        timestamp = self.timestamp if payload is None else self.begun
        packet = struct.pack("!BBHII", 0x80, kind, self.sequence, timestamp, self.source) + (payload or sound)
        self.sequence = self.sequence + 1 & 0xFFFF
        self.timestamp = self.timestamp + SAMPLES & 0xFFFFFFFF
        return packet


def frame(packet):
    """Ethernet, IPv4 and UDP, whose addresses sipp replaces."""
    udp = struct.pack("!HHHH", 4000, 4000, 8 + len(packet), 0) + packet
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0x7F000001, 0x7F000001)
    return bytes(12) + b"\x08\x00" + ip + udp


def write_capture(path, keys, how):
    packets = Packets(0x70686F6E, 1, 0)
    with open(path, "wb") as file:
        file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for tick, (is_first, payload, copies) in enumerate(press(keys, how)):
            content = frame(packets.next(is_first, payload))
            seconds, rest = divmod(tick * 20000, 1000000)
            head = struct.pack("=IIII", seconds, rest, len(content), len(content))
            file.write((head + content) * copies)


if __name__ == "__main__":
    write_capture(sys.argv[2], "," + sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None)
