// Figures as pictures, and their data as comma-separated values in base units (seconds, bytes).
function download(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = make("a", {href: address, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function csvText(rows) {
  const cell = (value) => {
    const text = known(value) ? String(value) : "";
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

const withUnit = ([title, unit]) => unit === "s" || unit === "B" ? `${title} [${unit}]` : title;

const CSV = {
  curves: (x, y) => [
      ["series", withUnit(x), withUnit(y), "95 % CI low", "95 % CI high"],
      (name, [xs, ys, low, high]) => xs.map((at, i) => [name, at, ys[i], low && low[i], high && high[i]])],
  dots: (x, y, categories) => [
      ["series", "of", withUnit(x), "95 % CI low", "95 % CI high"],
      (name, [xs, ys, low, high]) => xs.map((at, i) => [name, categories[ys[i]], at, low[i], high[i]])],
  bars:
      (x, y,
       categories) => [["series", "of", withUnit(x)], (name, [xs, ys]) => xs.map((at, i) => [name, categories[ys[i]], at])],
  boxes: () => [
      ["series", "least", "lower quartile", "median", "upper quartile", "most", "institutions"],
      (name, data) => [[name, ...data]]],
  marks: (x, y, categories) => [
      ["series", "of", withUnit(x), "what", "until [s]"],
      (name, [xs, ys, text, until]) => xs.map((at, i) => [name, categories[ys[i]], at, text[i], until && until[i]])],
};

function csvOf({figure, panel, choice}) {
  const [header, rowsOf] = CSV[panel.kind](axisOf(panel.x, choice), axisOf(panel.y, choice), panel.categories);
  const rows = panel.data[choice].flatMap((data, i) => known(data) ? rowsOf(figure.series[i][0], data) : []);
  return csvText([header, ...rows]);
}

// As on paper: light, with title and legend.
async function imageOf(state, format) {
  const {figure, panel} = state;
  const layout = layoutOf(state, false);
  const data = tracesOf(state, false);
  const last = new Map(data.filter((trace) => trace.visible === true).map((trace) => [trace.meta.series, trace]));
  for (const trace of last.values()) trace.showlegend = panel.kind !== "boxes";
  const height = Math.max(layout.height + 90, 480);
  const title = plain([figure.title, panel.title].filter(Boolean).join(" ") + (figure.chain ? ` (${figure.chain})` : ""));
  Object.assign(layout, {
    showlegend: panel.kind !== "boxes",
    width: 960,
    height,
    margin: {l: 70, r: 20, t: 60, b: 60},
    title: {text: title, font: {size: 16}, x: 0.02, xanchor: "left"},
    legend: {x: 1.02, y: 1, traceorder: "normal"}
  });
  return Plotly.toImage(
      {data, layout, config: {staticPlot: true}}, {format, width: 960, height, scale: format === "png" ? 2 : 1});
}

async function savePicture(name, format, state) {
  const address = await imageOf(state, format);
  const text = address.slice(address.indexOf(",") + 1);
  const bytes = format === "svg" ? decodeURIComponent(text) : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  download(`${name}.${format}`, new Blob([bytes], {type: format === "svg" ? "image/svg+xml" : "image/png"}));
}
