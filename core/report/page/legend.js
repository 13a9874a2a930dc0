// A legend of buttons: keys reach it, it wraps on a phone, and it never covers data.
const GLYPHS = {
  circle: '<circle cx="14" cy="7" r="3.6"/>',
  square: '<rect x="10.6" y="3.6" width="6.8" height="6.8"/>',
  diamond: '<path d="M14 2.4 18.4 7 14 11.6 9.6 7z"/>',
  "triangle-up": '<path d="M14 2.6 18.2 10.4H9.8z"/>',
  "triangle-down": '<path d="M14 11.4 9.8 3.6h8.4z"/>',
  "triangle-left": '<path d="M9.8 7 17.4 2.8v8.4z"/>',
  x: '<path d="M11 4l6 6M17 4l-6 6" stroke-width="2.6"/>',
  star: '<path d="M14 2l1.4 3.4 3.6.3-2.7 2.4.8 3.6L14 9.8l-3.1 1.9.8-3.6L9 5.7l3.6-.3z"/>',
  hourglass: '<path d="M10.4 3h7.2l-7.2 8h7.2z"/>',
  pentagon: '<path d="M14 2.6l4.4 3.2-1.7 5.2h-5.4l-1.7-5.2z"/>',
  "triangle-right-open": '<path d="M11 2.8v8.4L18.4 7z" fill="none" stroke-width="1.6"/>',
  "square-open": '<rect x="10.8" y="3.8" width="6.4" height="6.4" fill="none" stroke-width="1.6"/>',
  "line-ns-open": '<path d="M14 1v12" stroke-width="3"/>',
};

function swatch(series, kind, dark) {
  const {colour, dash, symbol, marked} = styleOf(series, dark);
  const line =
      kind === "curves" ? `<path d="M1 7h26" stroke-width="2" fill="none" stroke-dasharray="${LINES[dash]}"/>` : "";
  const mark = kind === "bars" || kind === "boxes" ? '<rect x="8" y="2" width="12" height="10"/>' :
      marked || kind !== "curves"                  ? GLYPHS[symbol] :
                                                     "";
  const holder = make("span", {class: "swatch"});
  holder.innerHTML = `<svg width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" fill="${colour}" stroke="${
                         colour}" stroke-width="0">` +
      `<g stroke-width="1">${line}${mark}</g></svg>`;
  return holder;
}

// `toggle(series, alone)`: alone, where all others are to be hidden. `point(series)`: it is looked at.
function legendOf(figure, visible, toggle, point, dark) {
  const kind = figure.panels.length > 0 ? figure.panels[0].kind : "";
  const present = figure.series.map((_, i) => figure.panels.some((panel) => panel.data.some((data) => known(data[i]))));
  const entries = figure.series.flatMap(
      (series, i) => present[i] ? [make("li", {}, button("", (event) => toggle(i, event.shiftKey), {
                                          "aria-pressed": visible[i] === true,
                                          pointerenter: () => point(i),
                                          focus: () => point(i),
                                          dblclick: () => toggle(i, true),
                                          "data-series": i,
                                          title: "show or hide; with shift or twice: this one alone"
                                        }))] :
                                  []);
  for (const entry of entries) {
    const series = figure.series[entry.firstChild.dataset.series];
    entry.firstChild.append(swatch(series, kind, dark), series[0]);
  }
  return make(
      "ul", {class: "legend", "aria-label": "Series, each can be hidden", ...(entries.length < 2 ? {hidden: ""} : {})},
      ...entries);
}
