// What is nicer with a script; every page works without one.
"use strict";

const language = document.documentElement.lang;

function localTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    time.textContent = date.toLocaleString(language, {dateStyle: "medium", timeStyle: "medium"});
  }
}

// Puts the newer one in the place of what is shown, where they differ; the focus stays where it was.
function update(shown, newer) {
  if (shown.dataset.source === newer.innerHTML) return;
  shown.dataset.source = newer.innerHTML;
  localTimes(newer);
  const word = shown.querySelector("#word"), newWord = newer.querySelector("#word");
  const hadFocus = shown.contains(document.activeElement);
  if (word && newWord) {
    // The live region itself stays, so that screen readers read the change out.
    if (word.textContent !== newWord.textContent) word.textContent = newWord.textContent;
    newWord.replaceWith(word);
  }
  shown.replaceChildren(...newer.childNodes);
  if (hadFocus && !shown.contains(document.activeElement)) {
    const next = shown.querySelector("button, a");
    if (next) next.focus();
  }
}

function watch(shown) {
  const fresh = document.getElementById("fresh");
  let touched = Date.now();
  for (const event of ["pointerdown", "keydown", "scroll"])
    addEventListener(event, () => { touched = Date.now(); }, {passive: true});
  if (fresh) fresh.hidden = false;
  shown.dataset.source = shown.innerHTML;

  async function look() {
    // Who has gone away shall not be kept signed in by his browser.
    if (Date.now() - touched > 600000) {
      if (fresh) fresh.textContent = fresh.dataset.paused;
      return;
    }
    try {
      const response = await fetch(location.pathname + location.search, {credentials: "same-origin"});
      if (response.redirected) { location.assign(response.url); return; }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const newer = page.getElementById(shown.id);
      if (response.ok && newer) {
        const goesOn = newer.dataset.live;
        update(shown, newer);
        if (!goesOn) return;
      }
    } catch { /* the next one may come through */ }
    setTimeout(look, Number(shown.dataset.live));
  }
  setTimeout(look, Number(shown.dataset.live));
}

for (const link of document.querySelectorAll("nav a"))
  if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
const live = document.querySelector("[data-live]");
if (live) watch(live);
localTimes(document);
