/** The page's only script: filters rows and columns by what is typed. */
export const SCRIPT = `
"use strict";
const table = document.querySelector(".matrix table");
if (table) {
  const tools = document.querySelector(".tools");
  const host = document.getElementById("host");
  const who = document.getElementById("who");
  const changed = document.getElementById("changed");
  const shown = document.getElementById("shown");
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows].map((row) => ({
    row,
    cells: [...row.cells].slice(1),
  }));
  let shownColumns = heads.map(() => true);
  tools.hidden = false;
  function filter() {
    const hosts = host.value.trim().toLowerCase();
    const people = who.value.trim().toLowerCase();
    const columns = heads.map((head) => head.dataset.who.includes(people));
    const turned = [...columns.keys()].filter((at) => columns[at] !== shownColumns[at]);
    shownColumns = columns;
    for (const at of turned) heads[at].hidden = !columns[at];
    let count = 0;
    for (const { row, cells } of rows) {
      for (const at of turned) cells[at].hidden = !columns[at];
      const differs = cells.some((cell, at) => columns[at] && !cell.classList.contains("same"));
      const fits = row.dataset.host.includes(hosts);
      row.hidden = !fits || (changed.checked && !differs);
      if (!row.hidden) count += 1;
    }
    shown.textContent = count + " of " + rows.length + " places, " +
      columns.filter(Boolean).length + " of " + columns.length + " columns";
  }
  for (const input of [host, who, changed]) input.addEventListener("input", filter);
  filter();
}
`;
