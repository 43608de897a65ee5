// While messages are on their way, looks again every two seconds. Without it the page reloads, or has a link.
"use strict";
const progress = document.getElementById("progress");

// What went wrong stays unfolded if somebody unfolded it.
function renew(old, fresh) {
  const open = old.querySelector("details")?.open;
  const details = fresh.querySelector("details");
  if (open && details) details.open = true;
  if (fresh.innerHTML !== old.innerHTML) old.replaceChildren(...fresh.childNodes);
}

async function look() {
  const answer = document.hidden ? null : await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return;
    for (const id of ["alarms", "progress", "setbacks"]) renew(document.getElementById(id), page.getElementById(id));
    if (!("again" in fresh.dataset)) return;
  }
  setTimeout(look, 2000);
}

if (progress) setTimeout(look, 1000);
