#!/usr/bin/env bash
# A run is drawn as a page, beside an earlier one where that is asked for.
. "$(dirname "$0")/lib.bash"

upstream --delay 5ms
load 0 --rate 2000 --logins 1000 --html "$work/before.html"
mv "$work/load.json" "$work/before.json"
load 0 --rate 2000 --logins 1000 --html "$work/after.html" --against "$work/before.json"
finish
grep -q '<th class=a>after</th><th class=b>before</th>' "$work/after.html" || fail "not side by side"
! grep -qiE '<script|href=|src=' "$work/after.html" || fail "the page needs something else"
python3 - "$work/after.html" <<'PYTHON' || fail "its elements are not in order"
import sys
from html.parser import HTMLParser

OPTIONAL = {"meta", "tr", "td", "th", "path", "circle"}  # whose end may be left out, or that have none


class Page(HTMLParser):
    open = []

    def handle_starttag(self, tag, _):
        if tag not in OPTIONAL:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in OPTIONAL and self.open.pop() != tag:
            sys.exit(f"{tag} ends at {self.getpos()}")


page = Page()
page.feed(open(sys.argv[1]).read())
sys.exit(bool(page.open))
PYTHON

# refused TEXT OPTION...
refused() {
  local text=$1 said status=0
  shift
  said=$("$RADMFA_BENCH" load --server "$address" --secret x "$@" 2>&1 >/dev/null) || status=$?
  ((status > 0)) && [[ $said == *"$text"* ]] || fail "load $*: $status, $said"
}
echo '{"schema": 1, "command": "upstream"}' >"$work/upstream.json"
refused 'is no report of `load --json`' --html "$work/x.html" --against "$work/upstream.json"
refused 'No such file' --html "$work/x.html" --against "$work/nowhere"
refused '--against needs --html' --against "$work/before.json"
refused '--html: /nowhere/x.html: No such file' --html /nowhere/x.html
