// The payment desk's own keys: / finds a payee, c goes to the next failed check, and the check is
// sent only when every line has been on the screen. The pages work without any of this.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const status = one("[data-desk-status]");
const finder = one("[data-find-payee]");
const form = one("form#check");
const FIELDS = "textarea, select, input:not([type=checkbox], [type=radio])";

const say = (words) => { if (status) status.textContent = words; };
const lines = () => all("[data-line]");
const shown = (line) => !line.hidden;

function go(line) {
  const target = one("input:not([type=hidden]), a[href]", line) ?? line;
  if (target === line) line.tabIndex = -1;
  target.focus();
  line.scrollIntoView({ block: "center" });
}

function find(words) {
  const wanted = words.trim().toLowerCase();
  for (const line of lines()) line.hidden = !line.textContent.toLowerCase().includes(wanted);
}

function nextFailed() {
  const failed = lines().filter((line) => shown(line) && "failed" in line.dataset);
  if (!failed.length) { say(status?.dataset.none ?? ""); return; }
  const here = lines().findIndex((line) => line.contains(document.activeElement));
  go(failed.find((line) => lines().indexOf(line) > here) ?? failed[0]);
}

/** Space on a line, wherever in it the focus is, takes it in or leaves it out. */
function toggle(event) {
  const box = one("[data-check]", event.target.closest?.("[data-line]") ?? document.createElement("p"));
  if (!box || event.target === box || event.target.matches("a, button, input")) return false;
  box.click();
  return true;
}

const KEYS = {
  "/": () => { finder?.focus(); finder?.select(); return Boolean(finder); },
  c: () => { nextFailed(); return true; },
  " ": toggle,
};
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.body.dataset.shortcuts === "off" || one("dialog[open]") || event.target.matches?.(FIELDS)) return;
  const foreign = event.key > "~" && /^Key[A-Z]$/.test(event.code);
  if (KEYS[foreign ? event.code.slice(3).toLowerCase() : event.key]?.(event)) event.preventDefault();
}, true);

finder?.addEventListener("input", (event) => { if (!event.isComposing) find(finder.value); });
finder?.addEventListener("compositionend", () => find(finder.value));
finder?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // it would send the form around it
  const first = lines().find(shown);
  if (first) go(first);
});

if (form) {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) target.dataset.viewed = "";
  }, { threshold: 0.6 });
  lines().forEach((line) => watcher.observe(line));
  form.addEventListener("submit", (event) => {
    if (finder) { finder.value = ""; find(""); }
    const unseen = lines().filter((line) => !("viewed" in line.dataset));
    const alone = one("[data-alone]:not(:checked)", form);
    if (unseen.length) {
      event.preventDefault();
      say((status?.dataset.unseen ?? "").replace("{count}", unseen.length));
      go(unseen[0]);
    } else if (alone) {
      event.preventDefault();
      go(alone.closest("[data-line]"));
    } else all("[data-key=y]", form).forEach((box) => { box.checked = true; });
  }, true);
}
