// What scripts add to pages that work without them: keys, palette, drafts, guards, rows, live lists.
// Every text comes from the page, in the reader's language. Behaviour hangs on data attributes only.

const { body } = document;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const settings = body.dataset;
const seen = (element) => element.getClientRects().length > 0;
const wait = (milliseconds, act) => {
  let timer;
  const later = (...facts) => { clearTimeout(timer); timer = setTimeout(act, milliseconds, ...facts); };
  later.stop = () => clearTimeout(timer);
  return later;
};

// --- keys ---
const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";
const isField = (element) => Boolean(element?.matches?.(TYPED));
const isIdle = (element) => !element || element === body || element.matches("main, tr, [tabindex='-1']");
/** The key as pages write it, in small letters: "a", "shift+y", "ctrl+enter", "?". */
function pressed(event) {
  // A phonetic keyboard layout gives ㄨ where the key says j: then the place of the key counts.
  const foreign = event.key.length === 1 && event.key > "~" && /^Key[A-Z]$/.test(event.code);
  const key = (foreign ? event.code.slice(3) : event.key === " " ? "Space" : event.key).toLowerCase();
  const shifted = event.shiftKey && (key.length > 1 || /[a-z]/.test(key));
  return [event.ctrlKey || event.metaKey ? "ctrl+" : "", event.altKey ? "alt+" : "", shifted ? "shift+" : "", key].join("");
}

const keyOf = (element) => element.dataset.key.toLowerCase();
const labelOf = (element) => {
  const said = element.dataset.palette || element.dataset.keyLabel || element.getAttribute("aria-label");
  if (said) return said;
  const copy = (element.labels?.[0] ?? element).cloneNode(true);
  all("kbd", copy).forEach((cap) => cap.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
};
/** Elements that a key may reach now: in the open dialog if there is one, in the scope at hand. */
function reachable() {
  const ground = one("dialog[open]") ?? document;
  const scopes = all("[data-scope]", ground);
  const scope = scopes.find((each) => each.contains(document.activeElement)) ?? scopes.find((each) => each.dataset.scope === "current") ?? scopes[0];
  return all("[data-key]", ground).filter((each) => seen(each) && (each.closest("[data-scope]") ?? scope) === scope);
}
function activate(element) {
  if (element.getAttribute("aria-disabled") === "true") return element.focus(); // its reason is read out
  if (isField(element)) { element.focus(); element.select?.(); return undefined; }
  element.click();
  const scope = element.closest("[data-scope][data-advance]");
  if (scope) {
    const scopes = all("[data-scope]");
    const next = scopes[scopes.indexOf(scope) + 1];
    if (next) one("input:checked, input, select, textarea", next)?.focus();
  }
  return undefined;
}

let prefix = "";
const forget = wait(1500, () => { prefix = ""; });
function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const key = pressed(event);
  const typing = isField(event.target);
  const menu = one("details:is(.menu, .source)[open]");
  if (key === "escape" && menu) { menu.open = false; one("summary", menu).focus(); return; }
  if (key === "ctrl+k" && one("#palette")) { event.preventDefault(); openPalette(); return; }
  const combined = key.startsWith("ctrl+") || key.startsWith("alt+");
  if (key === "escape" && typing) { if (!one("dialog[open]")) event.target.blur(); return; }
  if (typing && !combined) return;
  if (settings.shortcuts === "off" && !combined && key !== "escape" && key !== "enter") return;
  const figure = key === "e" && event.target.closest?.("[data-explain]");
  if (figure) { location.assign(figure.dataset.explain || figure.href); return; }
  if (!one("dialog[open]")) {
    if (key === "?") { event.preventDefault(); openKeys(); return; }
    if (key === "/" && one("[data-search]")) { event.preventDefault(); one("[data-search]").focus(); return; }
    if (walk(event, key)) return;
  }
  const chord = prefix ? `${prefix} ${key}` : key;
  prefix = "";
  const reached = reachable();
  const target = reached.find((each) => keyOf(each) === chord);
  if (target) {
    if (key === "enter" && !isIdle(event.target)) return; // a focused link or button knows its own Enter
    if (event.repeat) return;
    event.preventDefault();
    activate(target);
  } else if (reached.some((each) => keyOf(each).startsWith(`${chord} `))) {
    prefix = chord;
    forget();
  }
}

// --- rows ---
/** j and k (arrows within the table) move along the rows; the row's first link or box has the focus. */
function walk(event, key) {
  const step = { j: 1, k: -1, arrowdown: 1, arrowup: -1 }[key];
  const within = event.target.closest?.("table[data-rows]");
  if (within && key === "enter" && event.target.matches("[data-check]")) {
    event.preventDefault(); // in a box, Enter would send the form; it opens the row instead
    one("a[href]", event.target.closest("tr"))?.click();
    return true;
  }
  const table = within ?? one("table[data-rows]");
  const here = within || (table?.dataset.rows === "arrows" && isIdle(event.target)); // a short table may be walked from the page
  if (!step || !table || (key.startsWith("arrow") && (!here || event.target.matches("[type=radio]")))) return false;
  const rows = all("tbody tr", table).filter(seen);
  const now = rows.findIndex((row) => row.classList.contains("here"));
  const row = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  if (!row) return false;
  event.preventDefault();
  const target = one("a[href], input:not([type=hidden]), button", row) ?? row;
  if (target === row) row.tabIndex = -1;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}
document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("table[data-rows] tbody tr");
  if (!row) return;
  all("tr.here").forEach((each) => each.classList.remove("here"));
  row.classList.add("here");
});

const ticked = (ground) => all("[data-check]", ground).filter((box) => box.checked);
function count(ground) {
  const boxes = all("[data-check]", ground);
  const chosen = ticked(ground);
  const sum = chosen.reduce((total, box) => total + BigInt(box.dataset.amount || 0), 0n);
  all("[data-count]", ground).forEach((out) => { out.textContent = chosen.length.toLocaleString("en"); });
  all("[data-sum]", ground).forEach((out) => { out.textContent = sum.toLocaleString("en"); });
  all("[data-check-all]", ground).forEach((box) => {
    box.checked = chosen.length > 0 && chosen.length === boxes.length;
    box.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  });
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-check], [data-check-all]")) return;
  const ground = target.form ?? target.closest("section, main");
  if (target.matches("[data-check-all]")) all("[data-check]", ground).forEach((box) => { box.checked = target.checked; });
  count(ground);
});

// --- dialogs ---
function openKeys() {
  const dialog = one("#keys");
  if (!dialog || dialog.open) return;
  const list = one("[data-keys]", dialog);
  all("[data-found]", list).forEach((row) => row.remove());
  all("[data-when]", dialog).forEach((row) => { row.hidden = !one(row.dataset.when); });
  const known = new Set();
  for (const element of all("[data-key]").filter(seen)) {
    const label = labelOf(element);
    if (known.has(element.dataset.key + label)) continue;
    known.add(element.dataset.key + label);
    const row = document.createElement("div");
    row.dataset.found = "";
    const term = row.appendChild(document.createElement("dt"));
    for (const part of element.dataset.key.split(" ")) term.append(Object.assign(document.createElement("kbd"), { textContent: part }), " ");
    row.appendChild(document.createElement("dd")).textContent = label;
    list.append(row);
  }
  dialog.showModal();
}

const palette = { items: [], at: 0 };
function openPalette() {
  const dialog = one("#palette");
  if (dialog.open) { dialog.close(); return; }
  const found = new Set(all(".places a, [data-palette], [data-key]").filter((each) => !each.closest("dialog") && each.getAttribute("aria-disabled") !== "true" && !isField(each)));
  palette.all = [...found].map((element) => ({ label: labelOf(element), key: element.dataset.key ?? "", act: () => activate(element) })).filter((item) => item.label);
  dialog.showModal();
  one("input", dialog).value = "";
  showPalette();
}
function showPalette() {
  const input = one("#palette-words");
  const words = input.value.trim().toLowerCase();
  palette.items = palette.all.filter((item) => item.label.toLowerCase().includes(words)).slice(0, 30);
  const search = one("[data-search]");
  if (words && search) palette.items.push({ label: input.dataset.find.replace("{words}", input.value.trim()), key: "", act: () => { search.value = input.value.trim(); search.form.requestSubmit(); } });
  palette.at = 0;
  one("#palette [data-none]").hidden = palette.items.length > 0;
  one("#palette-list").replaceChildren(...palette.items.map((item, index) => {
    const option = Object.assign(document.createElement("li"), { id: `palette-${index}`, textContent: item.label });
    option.setAttribute("role", "option");
    if (item.key) option.append(Object.assign(document.createElement("kbd"), { textContent: item.key }));
    option.addEventListener("click", () => choose(index));
    return option;
  }));
  mark();
}
function mark() {
  all("#palette-list li").forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === palette.at));
    if (index === palette.at) option.scrollIntoView({ block: "nearest" });
  });
  one("#palette-words").setAttribute("aria-activedescendant", palette.items.length ? `palette-${palette.at}` : "");
}
function choose(index) {
  const item = palette.items[index];
  one("#palette").close();
  item?.act();
}
one("#palette-words")?.addEventListener("input", showPalette);
one("#palette-words")?.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && palette.items.length) {
    event.preventDefault();
    palette.at = (palette.at + step + palette.items.length) % palette.items.length;
    mark();
  } else if (event.key === "Enter") { event.preventDefault(); choose(palette.at); }
});
document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.matches("dialog")) { target.close(); return; } // the backdrop
  all("details.menu[open], details.source[open]").forEach((each) => { if (!each.contains(target)) each.open = false; });
  if (target.closest("[data-open=keys]")) openKeys();
  else if (target.closest("[data-open=palette]")) openPalette();
  else if (target.closest("[data-print]")) window.print();
  const reveal = target.closest("[data-reveal]");
  if (reveal) {
    const field = document.getElementById(reveal.dataset.reveal);
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(hidden));
    [reveal.textContent, reveal.dataset.shown] = [reveal.dataset.shown, reveal.textContent];
  }
});

// --- forms: what was typed is kept, what was sent is sent once ---
const SECRET = new Set(["csrf_token", "act_key", "version"]);
let leaving = false;

const isSecret = (field) => /password|one-time-code/.test(`${field?.type} ${field?.autocomplete}`) || Boolean(one(`[data-reveal="${field?.id}"]`));
const pairs = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SECRET.has(name) && !isSecret(form.elements[name]));
const written = (form) => JSON.stringify(pairs(form));
const shelf = (form) => ["draft", settings.who, location.pathname, form.id || form.getAttribute("action") || ""].join("|");
const guarded = () => all("main form").filter((form) => settings.who && form.method === "post" && !("unguarded" in form.dataset) && one(`${TYPED}:not([type=hidden]), [type=radio], [type=checkbox]`, form));
const clean = new Map();
const saving = new Map(); // the save of a form that is under way
const isDirty = (form) => clean.has(form) && clean.get(form) !== written(form);

const keep = (form) => sessionStorage.setItem(shelf(form), written(form));
const drop = (form) => sessionStorage.removeItem(shelf(form));
function restore(form) {
  const kept = sessionStorage.getItem(shelf(form));
  if (!kept || kept === written(form)) { drop(form); return false; }
  const values = new Map();
  for (const [name, value] of JSON.parse(kept)) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || SECRET.has(field.name) || ["hidden", "file", "submit"].includes(field.type) || isSecret(field)) continue;
    const found = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = found.includes(field.value);
    else if (found.length) field.value = found.shift();
  }
  return true;
}

// What was sent is forgotten once a signed-in page has come back; a sign-in page in between keeps it.
const answered = sessionStorage.getItem("sent");
sessionStorage.removeItem("sent");
if (answered && settings.who) sessionStorage.removeItem(answered);
for (const form of guarded()) {
  clean.set(form, written(form));
  const restored = restore(form);
  if (form.dataset.autosaveUrl) autosave(form, restored);
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (saving.has(form)) { // the answer brings the version that this one must carry
    event.preventDefault();
    saving.get(form).then(() => form.requestSubmit(event.submitter));
    return;
  }
  if (form.id === "sign-out") sessionStorage.clear();
  form.dataset.sent = "yes";
  leaving = true;
  if (clean.has(form)) { keep(form); sessionStorage.setItem("sent", shelf(form)); }
  const buttons = [...form.elements].filter((each) => each.type === "submit");
  buttons.forEach((button) => button.setAttribute("aria-busy", "true"));
  setTimeout(() => release(form), 15000); // a download, or a network that gave up
});
function release(form) {
  delete form.dataset.sent;
  leaving = false;
  [...form.elements].forEach((each) => each.removeAttribute("aria-busy"));
}
addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-sent]").forEach(release); });
addEventListener("beforeunload", (event) => {
  if (!leaving && [...clean.keys()].some((form) => !form.dataset.autosaveUrl && isDirty(form))) event.preventDefault();
});
/** Saves a second after the last stroke, on leaving a field and on leaving the page; says how it went. */
function autosave(form, restored) {
  const status = one("[data-autosave-status]", form) ?? document.createElement("p");
  const say = (kind, time = "") => { const words = status.dataset[kind] ?? settings[kind] ?? ""; status.textContent = words.replace("{time}", time); };
  let busy = false;
  let stopped = false;

  function save(last = false) {
    later.stop();
    if (stopped || form.dataset.sent || (busy && !last) || !isDirty(form)) return;
    saving.set(form, send(last).then(() => saving.delete(form)));
  }

  async function send(last) {
    busy = true;
    const sent = written(form);
    keep(form);
    say("saving");
    try {
      const text = [...new FormData(form)].filter(([, value]) => typeof value === "string");
      const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body: new URLSearchParams(text), keepalive: last, signal: AbortSignal.timeout(15000), headers: { "X-Requested-With": "autosave" } });
      if (answer.redirected) throw new Error("signed out");
      await settle(answer, sent);
    } catch {
      say("kept");
      retry();
    } finally { busy = false; }
    if (!stopped && clean.get(form) === sent && isDirty(form)) later();
  }

  async function settle(answer, sent) {
    const kind = answer.headers.get("Content-Type") ?? "";
    const told = kind.includes("json") ? await answer.json() : {};
    if (answer.ok) {
      clean.set(form, sent);
      drop(form);
      touch();
      if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
      if (kind.includes("html")) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Taipei" });
      say("saved", told.saved_at ?? answer.headers.get("X-Saved-At") ?? time);
    } else if (answer.status === 409) { stopped = true; say("stale"); }
    else if (answer.status === 422) { clean.set(form, sent); say("refused"); if (told.message) status.textContent = told.message; }
    else throw new Error(answer.status);
  }

  const later = wait(1000, () => save());
  const retry = wait(10000, () => save());
  form.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  form.addEventListener("compositionend", () => later());
  form.addEventListener("change", () => later());
  form.addEventListener("focusout", () => save());
  addEventListener("online", () => save());
  addEventListener("pagehide", () => { if (!leaving) save(true); });
  if (restored) { say("kept"); later(); }
}

// --- live lists ---
/** Put every marked region of another page in the place of ours with the same id. */
function swap(page) {
  for (const region of all("[data-live-region][id]", page)) document.getElementById(region.id)?.replaceWith(document.adoptNode(region));
  const news = one("[data-live-status]", page);
  const status = one("[data-live-status]");
  if (news && status) status.textContent = news.textContent;
}
for (const form of all("form[data-live]")) {
  let running;
  const run = wait(250, async () => {
    running?.abort();
    running = new AbortController();
    const url = new URL(form.action || location.href);
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
    const regions = all("[data-live-region]");
    regions.forEach((region) => region.setAttribute("aria-busy", "true"));
    try {
      const answer = await fetch(url, { signal: running.signal, headers: { "X-Requested-With": "live" } });
      if (!answer.ok || new URL(answer.url).pathname !== url.pathname) { location.assign(url); return; }
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(null, "", url);
      touch();
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    }
  });
  form.addEventListener("input", (event) => { if (!event.isComposing) run(); });
  form.addEventListener("compositionend", () => run());
}

// --- the idle limit ---
const WARNING = 120_000;
const limit = Number(settings.idleMinutes || 0) * 60_000;
let active = Date.now();
/** The server has heard from us: every page of this browser counts from here. */
function touch() {
  active = Date.now();
  if (limit) localStorage.setItem("active", String(active));
}
function watch() {
  const left = limit - (Date.now() - active);
  const dialog = one("#idle");
  if (left <= 0) {
    guarded().filter(isDirty).forEach(keep);
    leaving = true;
    location.assign(location.href);
  } else if (left <= WARNING && !dialog.open) dialog.showModal();
  else if (left > WARNING && dialog.open) dialog.close();
}

if (limit && settings.who) {
  touch();
  setInterval(watch, 5000);
  addEventListener("storage", (event) => { if (event.key === "active") active = Number(event.newValue); });
  one("[data-stay]")?.addEventListener("click", async () => {
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer?.ok && !answer.redirected) touch();
  });
}
document.addEventListener("keydown", onKey);
all("[data-check]").map((box) => box.form ?? box.closest("section, main")).forEach((ground, at, grounds) => { if (grounds.indexOf(ground) === at) count(ground); });
one(".summary")?.focus();
