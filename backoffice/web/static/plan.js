// A row or column copied from a spreadsheet fills the months from where it is pasted; the sum is told.
// Every text comes from the page. Without scripts the fields are simply typed into.

for (const form of document.querySelectorAll("form[data-plan]")) {
  const cells = [...form.querySelectorAll("[data-cell]")];
  const status = form.querySelector("[data-plan-status]");
  const amount = (text) => BigInt(text.normalize("NFKC").replace(/[^0-9]/g, "") || "0");
  const words = (value) => value.toLocaleString("en");
  let timer;

  const tell = (before = "") => {
    const sum = cells.reduce((total, cell) => total + amount(cell.value), 0n);
    const room = BigInt(form.dataset.room);
    const over = sum > room;
    cells.forEach((cell) => cell.closest("td").classList.toggle("refused", over && amount(cell.value) > 0n));
    const told = over ? form.dataset.over : form.dataset.within;
    const text = told.replace("{sum}", words(sum)).replace("{room}", words(room)).replace("{excess}", words(sum - room));
    status.textContent = `${before}${text}`;
    status.classList.toggle("error", over);
  };

  form.addEventListener("paste", (event) => {
    const start = cells.indexOf(event.target);
    const parts = event.clipboardData.getData("text").replace(/[\r\n]+$/, "").split(/[\t\n]/).map((part) => part.trim());
    if (start < 0 || parts.length < 2) return;
    event.preventDefault();
    const filled = parts.slice(0, cells.length - start);
    filled.forEach((part, place) => { cells[start + place].value = part; });
    cells[start + filled.length - 1].focus();
    tell(form.dataset.pasted.replace("{count}", filled.length));
  });
  form.addEventListener("input", ({ target }) => {
    if (!cells.includes(target)) return;
    clearTimeout(timer);
    timer = setTimeout(tell, 400);
  });
  tell();
}
