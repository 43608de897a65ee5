// Her words by keyboard: j k and the like, marking what was missed, saving when left. Without it everything is a form.
"use strict";
const form = document.querySelector("[data-words]");

if (form) {
  const things = [...form.querySelectorAll(".thing")];
  const keys = document.getElementById("keys");
  const useKeys = document.getElementById("use-keys");
  const count = document.getElementById("count");
  const more = Number(form.dataset.more);
  let done = [];
  let isDirty = "unsaved" in form.dataset;
  let leaves = false;

  const chosen = (thing) => thing.querySelector("input:checked")?.value ?? "";
  const at = () => things.indexOf(document.activeElement?.closest(".thing") ?? null);
  const marks = (thing) => document.querySelectorAll(`mark[data-key="${thing.dataset.key}"]`);

  function show(thing) {
    for (const mark of marks(thing)) mark.dataset.state = chosen(thing) || "open";
    thing.toggleAttribute("data-open", !chosen(thing));
    const open = things.filter((each) => !chosen(each)).length + more;
    count.textContent = open ? `${open} to decide. No warning goes out before.` : "Everything is decided. Save it.";
  }

  function go(to) {
    const thing = things[to];
    if (!thing) return;
    (thing.querySelector("input:checked") ?? thing.querySelector("input")).focus();
    thing.scrollIntoView({ block: "nearest" });
    for (const mark of document.querySelectorAll("mark[data-here]")) delete mark.dataset.here;
    for (const mark of marks(thing)) mark.dataset.here = "";
    marks(thing)[0]?.scrollIntoView({ block: "nearest" });
  }

  function choose(value) {
    const here = at();
    if (here < 0) return go(next(-1));
    const thing = things[here];
    const radio = thing.querySelector(`input[value="${value}"]`);
    if (!radio.checked) {
      done.push([here, chosen(thing)]);
      radio.checked = true;
      isDirty = true;
      show(thing);
    }
    go(next(here));
  }

  // What is open after *here*, or the next one, or the last.
  function next(here) {
    const open = things.findIndex((each, number) => number > here && !chosen(each));
    return open >= 0 ? open : Math.min(here + 1, things.length - 1);
  }

  function undo() {
    const [number, before] = done.pop() ?? [];
    if (number === undefined) return;
    for (const radio of things[number].querySelectorAll("input")) radio.checked = radio.value === before;
    isDirty = true;
    show(things[number]);
    go(number);
  }

  function mark() {
    const selected = getSelection();
    const inHers = selected.anchorNode?.parentElement?.closest("[data-hers]");
    const words = selected.toString().replace(/\s+/g, " ").trim();
    const missed = document.getElementById("f-missed");
    if (!inHers || words.length < 2 || words.length > 200) return missed.focus();
    missed.value = words;
    send("mark");
  }

  function send(act) {
    leaves = true;
    form.requestSubmit(form.querySelector(`button[value="${act}"]`) ?? undefined);
  }

  // Whether it is saved. What is saved is no longer taken back here, and is what the page now shows.
  function save() {
    if (!isDirty || leaves) return Promise.resolve(true);
    isDirty = false;
    done = [];
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "leave");
    if (body.get("missed").trim().length < 2) body.delete("missed");
    const shown = things.filter(chosen).map((thing) => `${thing.dataset.key}=${chosen(thing)}`).join(" ");
    return fetch(form.action, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } })
      .then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error("not saved");
        form.elements.drawn.value = shown;
        return true;
      })
      .catch(() => {
        isDirty = true;
        return false;
      });
  }

  const acts = {
    j: () => go(Math.min(at() + 1, things.length - 1)),
    n: () => go(Math.min(at() + 1, things.length - 1)),
    p: () => go(Math.max(at() - 1, 0)),
    h: () => choose("hide"),
    k: () => choose("keep"),
    u: undo,
    m: mark,
    s: () => send("save"),
    "?": () => { keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); },
  };

  document.addEventListener("keydown", (event) => {
    if (!useKeys.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const typing = event.target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])");
    const act = typing ? undefined : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  form.addEventListener("change", (event) => {
    const thing = event.target.closest(".thing");
    if (!thing) return;
    isDirty = true;
    show(thing);
  });
  form.addEventListener("focusin", (event) => {
    const thing = event.target.closest(".thing");
    for (const mark of document.querySelectorAll("mark[data-here]")) delete mark.dataset.here;
    if (thing) for (const mark of marks(thing)) mark.dataset.here = "";
  });
  // A page of ours that is opened from here counts what was just chosen. The way out waits for nothing.
  document.querySelector("main").addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/desk/']");
    if (!link || !isDirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // What could not be saved comes back in a page of its own, and is not lost.
    save().then((isSaved) => { if (isSaved) location.href = link.href; else send("save"); });
  });
  form.addEventListener("submit", () => { leaves = true; });
  addEventListener("pagehide", save);
  addEventListener("pageshow", () => { leaves = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  keys.hidden = false;
}
