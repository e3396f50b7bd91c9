"""How many calls were up at once, from radmfad's log: each began rang_ms + talked_ms before its line."""
import datetime
import json
import sys

steps = []
for line in open(sys.argv[1]):
    event = json.loads(line)
    if event["event"] != "call":
        continue
    end = datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00")).timestamp()
    steps += [(end - (event["rang_ms"] + event["talked_ms"]) / 1000, 1), (end, -1)]
up = most = 0
for _, step in sorted(steps):
    up += step
    most = max(most, up)
print(most)
