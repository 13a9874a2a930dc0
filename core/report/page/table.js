// A table that can be sorted by any column and saved as CSV. Names that it begins with stay in sight on a phone.
const breakable = (text) => text.split(/(?<=[=_])/).flatMap((part, i) => i > 0 ? [make("wbr"), part] : [part]);

function cellOf(value, kind) {
  if (kind === "text") return make("td", {class: kind}, ...breakable(known(value) ? value : "–"));
  if (kind === "prose") return make("td", {class: kind}, known(value) ? value : "–");
  if (!known(value)) return make("td", {}, "–");
  if (!kind.startsWith("~")) return make("td", {}, told(value, kind));
  const [mean, low, high, , effect] = value;
  const unit = kind.slice(1);
  return make(
      "td", {}, told(mean, unit),
      ...(known(low) && low < high ? [make("small", {}, `${told(low, unit)} to ${told(high, unit)}`)] : []),
      ...(known(effect) ? [make("small", {}, `d = ${minus(effect.toFixed(2))}`)] : []));
}

const sortKey = (value) => Array.isArray(value) ? value[0] : value;

// Empty cells last, whichever way.
function compareCells(left, right, sign) {
  const [a, b] = [sortKey(left), sortKey(right)];
  if (!known(a) || !known(b)) return known(b) - known(a);
  return sign * (typeof a === "string" ? a.localeCompare(b, "en", {numeric: true}) : a - b);
}

function csvOfTable(table) {
  const spread = ([title, kind]) => {
    const unit = kind.replace("~", "");
    const named = withUnit([title, unit]);
    return kind.startsWith("~") ?
        [
          named, `${named} 95 % CI low`, `${named} 95 % CI high`, `${named} n`,
          ...(table.id === "differences" ? [`${named} d`] : [])
        ] :
        [named];
  };
  const width = (kind) => spread(["", kind]).length;
  const flat = (row) => row.flatMap((value, i) => {
    const cells = known(value) ? [value].flat() : [];
    return Array.from({length: width(table.columns[i][1])}, (_, k) => cells[k]);
  });
  return csvText([table.columns.flatMap(spread), ...table.rows.map(flat)]);
}

function tableView(table) {
  const body = make("tbody");
  const fill = (rows) => body.replaceChildren(
      ...rows.map((row) => make("tr", {}, ...row.map((value, i) => cellOf(value, table.columns[i][1])))));
  const sort = (column) => {
    const header = headers[column];
    const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    headers.forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    fill([...table.rows].sort((left, right) => compareCells(left[column], right[column], sign)));
  };
  const headers = table.columns.map(
      ([title, kind], i) =>
          make("th", {scope: "col", class: kind === "prose" ? "text" : kind}, button(title, () => sort(i))));
  fill(table.rows);
  return make(
      "div", {class: "table", id: slug("table-" + table.id)},
      make(
          "div", {class: "heading"}, make("h3", {}, table.title),
          make(
              "div", {class: "tools"},
              button(
                  "CSV",
                  () => download(
                      slug(`${documentTitle}-${table.id}`) + ".csv", new Blob([csvOfTable(table)], {type: "text/csv"})),
                  {"aria-label": `save as CSV: ${table.title}`}))),
      make("p", {}, table.caption),
      make(
          "div", {class: "scroll", tabindex: 0, role: "region", "aria-label": table.title},
          make(
              "table", {class: `names-${table.columns.findIndex(([, kind]) => kind !== "text")}`},
              make("thead", {}, make("tr", {}, ...headers)), body)));
}
