// While messages are on their way, looks again every two seconds. Without it the page reloads, or has a link.
"use strict";
const progress = document.getElementById("progress");

async function look() {
  const answer = document.hidden ? null : await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return;
    if (fresh.innerHTML !== progress.innerHTML) progress.replaceChildren(...fresh.childNodes);
    if (!("again" in fresh.dataset)) return;
  }
  setTimeout(look, 2000);
}

if (progress) setTimeout(look, 1000);
