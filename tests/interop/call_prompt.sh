#!/usr/bin/env bash
# What is said arrives as it is: recorded at the phone, the greeting has each sample of its file, in the right codec, without a packet
# lost, and with no gap over 40 ms, by the kernel's clock; and what the kernel let radmfad wait for a core, where others were at work.
. "$(dirname "$0")/phone.bash"

cases <<'CASES'
pcmu 180 200 heard:200 press:#       -> accept approved approved 200
pcma 180 200/pcma heard:200 press:#  -> accept approved approved 200
CASES
mkdir -p "$work/prompts/en"
python3 - "$work/prompts/en/greeting.wav" <<'PYTHON'
import random, sys, wave
from sound import is_clear

# 3 s of noise, so that no piece of it is like another
samples = random.Random(6).choices([sample for sample in range(-32000, 32000) if is_clear(sample)], k=24000)
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
PYTHON
phone 1
calls "$(trunk 1)" ', prompts: prompts'
start
story <<'PYTHON'
from calls import *
from sound import a_law, mu_law
import threading
import wave

WORK = os.environ["WORK"]


def record(number):
    with open(f"{WORK}/records1/{number}.a.rtp") as file:
        return [json.loads(line) for line in file]


class Queue(threading.Thread):
    """For how long the thread of calls had to stand in line for a core (proc(5))."""

    def __init__(self):
        super().__init__(daemon=True)
        [self.task] = [task for task in glob.glob(f"/proc/{PID}/task/*") if open(task + "/comm").read() == "calls\n"]
        self.seen = []
        self.start()

    def run(self):
        while True:
            with open(self.task + "/schedstat") as file:
                self.seen.append((time.time(), int(file.read().split()[1]) / 1e9))
            time.sleep(0.01)

    def waited(self, since, until):
        before = [waited for at, waited in self.seen if at <= since]
        after = [waited for at, waited in self.seen if at >= until]
        return after[0] - before[-1]


def check(packets, kind, encode):
    expect({packet["type"] for packet in packets} == {kind}, f"codecs: {collections.Counter(p['type'] for p in packets)}")
    expect(len({packet["source"] for packet in packets}) == 1, "several sources")
    expect({len(packet["payload"]) for packet in packets} == {2 * 160}, "other lengths than 20 ms")
    pairs = list(zip(packets, packets[1:]))
    expect({(after["sequence"] - before["sequence"]) % 65536 for before, after in pairs} == {1}, "packets are missing")
    steps = {(after["timestamp"] - before["timestamp"]) % 2**32 for before, after in pairs}
    gaps = [(after["at"] - before["at"], queue.waited(before["at"], after["at"])) for before, after in pairs]
    gap, own = max(gaps)[0], max(gap - waited for gap, waited in gaps)
    print(f"{len(packets)} packets, widest gap {gap * 1000:.1f} ms, {own * 1000:.1f} ms where there was a core", flush=True)
    expect(own <= 0.040, f"a gap of {own * 1000:.1f} ms")
    expect(steps == {160} or gap > 0.080 and not any(step % 160 for step in steps), f"steps of timestamps: {steps}")
    heard = b"".join(bytes.fromhex(packet["payload"]) for packet in packets)
    with wave.open(f"{WORK}/prompts/en/greeting.wav") as file:
        frames = file.readframes(file.getnframes())
    said = bytes(encode(int.from_bytes(frames[at : at + 2], "little", signed=True)) for at in range(0, len(frames), 2))
    expect(said in heard, "the greeting is not what was said")


queue = Queue()
run_cases()
pcmu, pcma = all_cases()
for case in (pcmu, pcma):
    until_seen("BYE", case.number)
check(record(pcmu.number), 0, mu_law)
check(record(pcma.number), 8, a_law)
PYTHON
finish
