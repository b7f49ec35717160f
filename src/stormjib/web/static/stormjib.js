// What the pages do beyond HTML: clocks that run, drafts that survive, a sign that the page is live.
// Everything here is an addition; without it the forms post and the page is loaded again.
(() => {
  "use strict";

  // Clocks. The server's time counts, however wrong this machine's clock is.
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  // Elapsed is the wall clock's, for the other one stands still while a phone sleeps; each answer sets it right again.
  let served = Number(document.body.dataset.now), began = Date.now();
  const now = () => served + (Date.now() - began) / 1000;

  function setClock() {
    const told = Number(document.querySelector("[data-revision]")?.dataset.at ?? 0);
    if (told > served) [served, began] = [told, Date.now()];
  }
  const two = (number) => String(number).padStart(2, "0");

  function rough(seconds) {
    const whole = Math.max(Math.floor(seconds), 0);
    const minutes = Math.floor((whole % HOUR) / MINUTE), hours = Math.floor((whole % DAY) / HOUR);
    if (whole < MINUTE) return `${whole} s`;
    if (whole < HOUR) return `${minutes} m`;
    if (whole < DAY) return minutes ? `${hours} h ${two(minutes)} m` : `${hours} h`;
    return hours ? `${Math.floor(whole / DAY)} d ${hours} h` : `${Math.floor(whole / DAY)} d`;
  }

  function clock(seconds) {
    const whole = Math.floor(Math.abs(seconds));
    if (whole >= DAY) return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
    const rest = `${two(Math.floor((whole % HOUR) / MINUTE))}:${two(whole % MINUTE)}`;
    return whole >= HOUR ? `${Math.floor(whole / HOUR)}:${rest}` : rest;
  }

  function ago(seconds) {
    if (Math.abs(seconds) < MINUTE) return seconds >= 0 ? "just now" : "in under 1 m";
    return seconds > 0 ? `${rough(seconds)} ago` : `in ${rough(-seconds)}`;
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const at = now();
    for (const one of document.querySelectorAll("[data-ago]")) say(one, ago(at - Number(one.dataset.ago)));
    for (const one of document.querySelectorAll("[data-aged]")) say(one, `${rough(at - Number(one.dataset.aged))} ago`);
    for (const one of document.querySelectorAll("[data-since]")) say(one, clock(at - Number(one.dataset.since)));
    for (const one of document.querySelectorAll("[data-left]")) {
      const left = Number(one.dataset.left) - at;
      say(one, `${clock(left)} ${left >= 0 ? "left" : "late"}`);
      one.closest(".due")?.classList.toggle("over", left < 0);
    }
  }
  setInterval(tick, 1000);

  // Drafts: what is typed survives a reload, a lost session and a closed lid, until its form was taken.
  const fields = "input:not([type=hidden]):not([type=password]):not([type=radio]), textarea";
  const key = (form, field) => `draft/${form.dataset.draft}/${field.name}`;

  function forget(form) {
    for (const field of form.querySelectorAll(fields)) sessionStorage.removeItem(key(form, field));
  }

  function restore(root) {
    for (const form of root.querySelectorAll("form[data-draft]")) {
      for (const field of form.querySelectorAll(fields)) {
        const kept = sessionStorage.getItem(key(form, field));
        if (!kept || field.value !== field.defaultValue || field.value === kept || field === document.activeElement) continue;
        field.value = kept;
        const fold = field.closest("details");
        if (fold) fold.open = true;
      }
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.draft || !event.target.matches(fields)) return;
    if (event.target.value) sessionStorage.setItem(key(form, event.target), event.target.value);
    else sessionStorage.removeItem(key(form, event.target));
    const label = event.target.labels[0];
    labels.set(key(form, event.target), (label?.querySelector("span") ?? label?.firstChild)?.textContent.trim() ?? "");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A preview is the answer to a form and can't be shown again: whoever goes back from what was posted comes to the room.
    if (form.id === "preview") history.replaceState(null, "", form.action.replace(/\/[a-z-]+$/, ""));
    if (form.dataset.draft && !form.hasAttribute("hx-post")) sessionStorage.setItem("sent", form.dataset.draft);
  });

  // A form without htmx was taken when the next page is no refusal.
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  const refused = document.querySelector(".notice.bad") || document.querySelector("main.narrow");
  if (sent && !refused) {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(`draft/${sent}/`)) sessionStorage.removeItem(name);
  }
  restore(document);

  // What was typed into a form that another person's act took away stays in a notice, with what happened, until it is discarded.
  const labels = new Map(), sending = new Set();
  let seen = 0, held = null;

  const draftOf = (name) => name.split("/").slice(1, -1).join("/");

  function entryFor(name, after) {
    const run = name.match(/[A-Z]+-\d+-R\d+/)?.[0] ?? "", lines = [...document.querySelectorAll("#timeline > li")];
    const news = lines.filter((line) => Number(line.id.slice(6)) > after).reverse();
    const acts = news.filter((line) => line.querySelector(".by").textContent !== "stormjib");
    return acts.find((line) => line.textContent.includes(run)) ?? acts[0] ?? news.at(-1);
  }

  function explain(box) {
    const entry = entryFor(box.dataset.name, Number(box.dataset.after)), line = box.firstElementChild;
    if (line.querySelector("a") || (line.textContent && !entry)) return;
    const label = labels.get(box.dataset.name);
    line.textContent = `Not sent${label ? ` (${label})` : ""}: the form that you typed this into is no longer here. `;
    if (!entry) return;
    const link = document.createElement("a");
    link.href = `#${entry.id}`;
    link.textContent = entry.id.replace("-", " ");
    const text = entry.querySelector(".entry-text").textContent.slice(0, 300);
    line.append("What happened: ", `${entry.querySelector(".by").textContent}: ${text} (`, link, ").");
  }

  function keepWords(name) {
    const box = document.getElementById("kept").appendChild(document.createElement("div"));
    const line = document.createElement("p"), area = document.createElement("textarea"), discard = document.createElement("button");
    box.className = "notice bad";
    box.setAttribute("role", "alert");
    Object.assign(box.dataset, { name, after: seen });
    area.value = sessionStorage.getItem(name);
    area.rows = 2;
    area.setAttribute("aria-label", "What you typed");
    area.addEventListener("input", () => sessionStorage.setItem(name, area.value));
    Object.assign(discard, { type: "button", className: "quiet", textContent: "Discard this text" });
    discard.addEventListener("click", () => {
      sessionStorage.removeItem(name);
      box.remove();
    });
    box.append(line, area, discard);
    if (held?.name !== name) return;
    area.focus({ preventScroll: true });
    area.setSelectionRange(held.start, held.end);
  }

  function keepAll() {
    const place = document.getElementById("kept");
    if (!place) return;
    restore(document);
    const forms = [...document.querySelectorAll("form[data-draft]")];
    const here = new Set(forms.flatMap((form) => [...form.querySelectorAll(fields)].map((field) => key(form, field))));
    const boxes = new Map([...place.children].map((box) => [box.dataset.name, box]));
    for (const [name, box] of boxes) if (here.has(name) || sessionStorage.getItem(name) === null) box.remove();
    for (const name of Object.keys(sessionStorage)) {
      const lost = name.startsWith(`draft/${place.dataset.incident}/`) && !here.has(name) && !sending.has(draftOf(name));
      if (lost && !boxes.has(name)) keepWords(name);
    }
    for (const box of place.children) explain(box);
    seen = Number(document.querySelector("[data-revision]").dataset.revision);
  }
  keepAll();

  document.addEventListener("htmx:before:swap", () => {
    const field = document.activeElement, form = field?.form;
    held = form?.dataset.draft && field.matches(fields) ? { name: key(form, field), start: field.selectionStart, end: field.selectionEnd } : null;
  });
  document.addEventListener("htmx:before:request", (event) => sending.add(event.detail.ctx.sourceElement?.dataset.draft));
  document.addEventListener("htmx:finally:request", (event) => {
    sending.delete(event.detail.ctx.sourceElement?.dataset.draft);
    keepAll();
  });

  // Forms sent by htmx: empty what was taken, keep what was refused, and put the answer where it is read.
  function notice(text) {
    const place = document.getElementById("notice");
    if (!place) return;
    const line = document.createElement("p");
    line.className = "notice bad";
    line.setAttribute("role", "alert");
    line.textContent = text;
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "close quiet", textContent: "Close" });
    line.append(" ", close);
    place.replaceChildren(line);
    return line;
  }

  // A notice that has been read can be put away; what was done is also in the timeline, so its notice goes by itself.
  const DONE_SECONDS = 30, GO_SECONDS = 3;
  document.addEventListener("click", (event) => {
    const close = event.target.closest?.(".notice .close");
    if (!close) return;
    event.preventDefault();
    close.closest(".notice").remove();
    history.replaceState(history.state, "", location.pathname);
  });

  function settleNotice() {
    const good = document.querySelector("#notice > .notice.good");
    if (!good) return;
    const since = Number((good.dataset.shown ??= now()));
    if (now() - since > DONE_SECONDS && !good.matches(":hover, :focus-within")) good.remove();
    const place = document.getElementById(good.dataset.go ?? "");
    if (place || now() - since > GO_SECONDS) delete good.dataset.go;
    if (!place) return;
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  }
  setInterval(settleNotice, 1000);

  // A tap that was meant for what stood there before the page was renewed does nothing.
  const MEANT_MS = 700;
  let layouts = [];
  const nameOf = (one) => one.form ? `${one.form.getAttribute("action")} ${one.form.elements.which?.value} ${one.name} ${one.value} ${one.textContent}` : one.href ?? one.textContent;

  document.addEventListener("htmx:before:swap", () => {
    const at = performance.now();
    const controls = [...document.querySelectorAll("main button, main a.button, main summary")];
    layouts = layouts.filter((one) => at - one.at < MEANT_MS);
    layouts.push({ at, targets: controls.map((one) => [nameOf(one), one.getBoundingClientRect()]) });
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const one of layouts) one.top = window.scrollY;
    settleNotice();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!event.detail || button?.form?.method !== "post" || button.type === "button") return;
    const { clientX: x, clientY: y } = event, name = nameOf(button);
    const held = layouts.filter((one) => performance.now() - one.at < MEANT_MS && Math.abs((one.top ?? 0) - window.scrollY) < 5);
    const under = held.map((one) => one.targets.find(([, r]) => r.left <= x && x <= r.right && r.top <= y && y <= r.bottom));
    if (!under.some((hit) => hit && hit[0] !== name)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    notice("The page changed under your finger, so nothing was sent. Look at it again, then press once more.");
  }, true);

  // A double click is one act. The key in the form makes the server take it once; this keeps a second click from getting a new key.
  const LOCK_MS = 1000, locked = new Map();
  document.addEventListener("submit", (event) => {
    const form = event.target, name = `${form.action} ${form.elements.which?.value ?? ""}`;
    const at = performance.now();
    if (form.method !== "post" || at - (locked.get(name) ?? -Infinity) > LOCK_MS) locked.set(name, at);
    else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement: form, response } = event.detail.ctx;
    if (form?.matches?.("form[data-draft]") && response.status < 400) {
      forget(form);
      form.reset();
    }
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { sourceElement: source, text } = event.detail.ctx;
    if (source?.matches?.("form") && !/<hx-partial/.test(text || "")) {
      notice("The server could not take this. What you typed is still here; try again.");
    }
  });
  document.addEventListener("htmx:error", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source?.matches?.("form")) {
      notice("The server did not answer. What you typed is still here; see in the timeline whether it arrived, then send it again.").dataset.lost = "";
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    setClock();
    tick();
    trim();
    keepAll();
  });

  // A page that stays open for days must not grow for ever: older entries are one click away.
  function trim() {
    const list = document.getElementById("timeline");
    if (!list || list.children.length <= Number(list.dataset.max)) return;
    while (list.children.length > Number(list.dataset.max)) list.lastElementChild.remove();
    const oldest = list.lastElementChild.id.replace("entry-", "");
    const earlier = document.getElementById("earlier");
    earlier.hidden = false;
    const link = earlier.querySelector("a");
    link.href = link.getAttribute("href").replace(/before=\d+/, `before=${oldest}`);
  }

  // An entry is shown once, also where a stream had to begin anew with the address of the page.
  document.addEventListener("htmx:sse:before:message", (event) => {
    const { event: name, id } = event.detail.message;
    const newest = document.querySelector("#timeline > li");
    if (!name && id && newest && Number(id) <= Number(newest.id.replace("entry-", ""))) event.preventDefault();
  });

  // Whether the page is live: the server was heard a moment ago, and the panes show what it said last. Both are looked at
  // every second, for a frozen server, a refresh that failed and a network that is gone send no event of their own.
  const stream = document.getElementById("live"), strip = document.getElementById("stale");
  const QUIET_SECONDS = 15, BEHIND_SECONDS = 5, AGAIN_SECONDS = 6;
  let heard = now(), newest = "", behindSince = 0, askedAt = 0, signedOut = false, connected = false;

  const number = (revision) => Number(revision.slice(revision.lastIndexOf("-") + 1));
  const boot = (revision) => revision.slice(0, revision.lastIndexOf("-") + 1);
  const shown = () => document.querySelector("[data-revision]")?.dataset.revision ?? "";

  function behind() {
    if (!newest) return false;
    return boot(shown()) !== boot(newest) || number(shown()) < number(newest);
  }

  function live(on, text = "") {
    for (const one of document.querySelectorAll("[data-live]")) {
      one.classList.toggle("on", on);
      one.classList.toggle("off", !on);
      say(one.querySelector("[data-live-text]"), on ? "live" : "not live");
    }
    const lost = on && document.querySelector(".notice[data-lost]");
    if (lost) notice("The server answers again. See in the timeline whether what you sent arrived; what you typed is still here.");
    strip.hidden = on;
    say(strip, on ? "" : text);
  }

  const hour = (at) => new Date(at * 1000).toISOString().slice(11, 19);

  // What is heard is heard of whatever connection stands; cancelling its reader makes the next one begin.
  const again = () => stream._htmx?.sse?.reader?.cancel();

  function judge() {
    if (!stream) return;
    const at = now();
    behindSince = behind() ? behindSince || at : 0;
    if (signedOut) live(false, "Signed out: sign in again. What stands here is old.");
    else if (at - heard > QUIET_SECONDS) {
      connected = false;
      live(false, `Not live since ${hour(heard)} UTC, trying again. What stands here is old.`);
      if (navigator.onLine) again();
    } else if (behindSince && at - behindSince > BEHIND_SECONDS) {
      live(false, `Not live since ${hour(behindSince)} UTC: the page could not be renewed, trying again.`);
    } else if (connected && !behindSince) live(true);
    if (behindSince && at - askedAt > AGAIN_SECONDS) {
      askedAt = at;
      htmx.trigger(stream, "again");
    }
  }

  if (stream) {
    setInterval(judge, 1000);
    const lost = (status) => {
      signedOut = status === 401;
      connected = false;
      live(false, signedOut ? "Signed out: sign in again. What stands here is old." : `Not live since ${hour(heard)} UTC, trying again.`);
    };
    document.addEventListener("htmx:sse:before:message", (event) => {
      const { event: name, data } = event.detail.message;
      heard = now();
      connected = true;
      if (name) newest = data;
      judge();
    });
    document.addEventListener("htmx:sse:after:connection", () => {
      heard = now();
      connected = true;
      signedOut = false;
      judge();
    });
    document.addEventListener("htmx:sse:error", (event) => lost(event.detail.status));
    document.addEventListener("htmx:sse:close", () => lost());
    document.addEventListener("htmx:response:error", (event) => {
      if (event.detail.ctx.sourceElement === stream) lost(event.detail.ctx.response.status);
    });
    document.addEventListener("htmx:error", (event) => {
      if (event.detail.ctx?.sourceElement === stream) lost();
    });
    window.addEventListener("offline", () => {
      connected = false;
      live(false, `No network since ${hour(now())} UTC. What stands here is old.`);
    });
    window.addEventListener("online", again);
  }
})();
