#!/usr/bin/env bash
# What a trunk says no with, and what it means: busy, declined, not reached, no number, no codec; a redirect is not followed.
. "$(dirname "$0")/phone.bash"

policy_more=', on_unavailable: silent'
cases <<'CASES'
busy_486     180 486       -> reject busy busy 486
busy_600     600           -> reject busy busy 600
declined_603 180 603       -> reject declined declined 603
absent_480   480           -> reject no_answer unreachable 480
absent_408   408           -> reject no_answer unreachable 408
rang_480     180 480       -> reject no_answer no_answer 480
unknown_404  404           -> reject bad_number bad_number 404
short_484    484           -> reject bad_number bad_number 484
down_503     503           -> silent factor_unavailable trunk_down 503
down_500     180 500       -> silent factor_unavailable trunk_down 500
forbidden    403           -> silent factor_unavailable trunk_auth 403
moved        302:+15551239999 -> reject no_answer unreachable 302
g729         180 200/g729  -> reject denied no_media
no_session   180 200/nosdp -> reject denied no_media
CASES
echo '+15551239999 180 200 heard:20 press:#' >>"$work/scenes"
phone 1
calls "$(trunk 1)"
start
run_cases
story <<'PYTHON'
from calls import *

asked = {line.get("to", line["number"]).lstrip("+") for line in seen("INVITE")}
expect(asked == {case.number.lstrip("+") for case in all_cases()}, f"dialled: {asked}")
for case in all_cases():
    if case.outcome == "no_media":
        until_seen("BYE", case.number)
PYTHON
finish
