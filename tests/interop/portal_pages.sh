#!/usr/bin/env bash
# The portal in a browser without scripts, in German, and with scripts; radmfad is played (portal/fake_radmfad.py), so that it may be
# away, and answer what it never would.
. "$(dirname "$0")/portal.bash"
need chromium chromedriver

fake_radmfad 0.8
portal
browse <<<'from visits import *; without_script(); in_german(); live()'
kill -KILL "$fake_pid"
browse <<<'from visits import *; away()'
finish_portal
