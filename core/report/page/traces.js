// From a panel's data to Plotly's traces: each kind's function gives the traces of one series.
const INTERVAL = (low, high, unit) => known(low) ? `<br>95 % CI ${told(low, unit)} to ${told(high, unit)}` : "";

function curveTraces(data, context) {
  const {style, xAxis, yAxis, xSize, name, steps} = context;
  const [x, y, low, high] = data;
  const scaled = x.map((value) => value / xSize);
  const shape = steps ? "hv" : "linear";
  const text = x.map(
      (value, i) => `<b>${plain(name)}</b><br>${xAxis[0]} ${told(value, xAxis[1])}<br>${yAxis[0]} ${told(y[i], yAxis[1])}` +
          (low ? INTERVAL(low[i], high[i], yAxis[1]) : ""));
  const edge = {x: scaled, mode: "lines", line: {width: 0, shape}, hoverinfo: "skip"};
  const band = low ?
      [{...edge, y: low}, {...edge, y: high, fill: "tonexty", fillcolor: faded(style.colour, style.marked ? 0.16 : 0.1)}] :
      [];
  const every = Math.max(1, Math.ceil(x.length / 14));
  const marker = {
    symbol: style.symbol,
    size: x.map((_, i) => i % every === 0 || i === x.length - 1 ? 6 : 0),
    color: style.colour,
    opacity: 1
  };
  return [
    ...band, {
      x: scaled,
      y,
      mode: style.marked && !(steps && x.length > 60) ? "lines+markers" : "lines",
      marker,
      line: {color: style.colour, dash: style.dash, width: 2, shape},
      text,
      hovertemplate: "%{text}<extra></extra>"
    }
  ];
}

// Series of one category stand side by side rather than on one another.
function offset({place, places}) { return places > 1 ? (place - (places - 1) / 2) * (0.72 / places) : 0; }

function dotTraces(data, context) {
  const {style, xAxis, xSize, name, panel} = context;
  const [x, y, low, high] = data;
  const shift = offset(context);
  const text = x.map(
      (value, i) => `<b>${plain(name)}</b><br>${plain(panel.categories[y[i]])}<br>${xAxis[0]} ${told(value, xAxis[1])}` +
          INTERVAL(low[i], high[i], xAxis[1]));
  const arms = (bounds, sign) => bounds.map((bound, i) => known(bound) ? sign * (bound - x[i]) / xSize : 0);
  return [{
    x: x.map((value) => value / xSize),
    y: y.map((value) => value + shift),
    mode: "markers",
    text,
    hovertemplate: "%{text}<extra></extra>",
    marker: {symbol: style.symbol, size: 8, color: style.colour},
    error_x: {
      type: "data",
      symmetric: false,
      array: arms(high, 1),
      arrayminus: arms(low, -1),
      color: faded(style.colour, 0.55),
      thickness: 1.5,
      width: 0
    }
  }];
}

function barTraces(data, {style, xAxis, name, panel}) {
  const [x, y] = data;
  const text = x.map((value, i) => `<b>${plain(panel.categories[y[i]])}</b><br>${told(value, xAxis[1])} ${plain(name)}`);
  return [{
    type: "bar",
    orientation: "h",
    x,
    y,
    hovertext: text,
    hovertemplate: "%{hovertext}<extra></extra>",
    width: 0.62,
    marker: {color: style.colour}
  }];
}

function boxTraces(data, {style, xSize, name, place}) {
  const [least, lower, median, upper, most] = data.map((value) => [value / xSize]);
  return [{
    type: "box",
    orientation: "h",
    y: [place],
    q1: lower,
    median,
    q3: upper,
    lowerfence: least,
    upperfence: most,
    hoverinfo: "x",
    name: plain(name),
    line: {color: style.colour, width: 1.5},
    fillcolor: faded(style.colour, 0.2),
    width: 0.6
  }];
}

function markTraces(data, {style, xAxis, xSize, name, panel}) {
  const [x, y, text, until] = data;
  const said = x.map(
      (value, i) => `<b>${plain(panel.categories[y[i]])}</b>, ${plain(name)}<br>${xAxis[0]} ${told(value, xAxis[1])}<br>${
          plain(text[i])}`);
  const big = style.symbol.startsWith("line");
  const marks = {
    x: x.map((value) => value / xSize),
    y,
    mode: "markers",
    text: said,
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      symbol: style.symbol,
      size: big ? 20 : 8,
      color: style.colour,
      opacity: big ? 1 : 0.8,
      line: {width: big ? 3 : 1.5, color: style.colour}
    }
  };
  if (!until || !until.some(known)) return [marks];
  const spans = {x: [], y: [], mode: "lines", hoverinfo: "skip", line: {color: faded(style.colour, 0.35), width: 9}};
  until.forEach((end, i) => {
    if (!known(end)) return;
    spans.x.push(x[i] / xSize, end / xSize, null);
    spans.y.push(y[i], y[i], null);
  });
  return [spans, marks];
}

const TRACES = {
  curves: curveTraces,
  dots: dotTraces,
  bars: barTraces,
  boxes: boxTraces,
  marks: markTraces
};

// One axis for all choices, or one for each.
const axisOf = (axes, choice) => axes && axes[Math.min(choice, axes.length - 1)];

function mostOnX(panel, choice) {
  const values = panel.data[choice].filter(known).flatMap(
      (series) => panel.kind === "boxes" ? series.slice(0, 5) :
                                           [...series[0], ...(series[3] && panel.kind === "marks" ? series[3] : [])]);
  return values.reduce((most, value) => known(value) ? Math.max(most, Math.abs(value)) : most, 0);
}

// All traces of a panel; each remembers its series, so that the legend can hide it.
function tracesOf({figure, panel, choice, visible, allBands, pointed}, dark) {
  const xAxis = axisOf(panel.x, choice), yAxis = axisOf(panel.y, choice);
  const [, xSize] = scaleOf(xAxis[1], mostOnX(panel, choice));
  const present = panel.data[choice].map((data, i) => known(data) ? i : -1).filter((i) => i >= 0);
  const traces = present.flatMap((series, place) => {
    const context = {
      panel,
      xAxis,
      yAxis,
      xSize,
      place,
      places: present.length,
      name: figure.series[series][0],
      steps: panel.steps,
      style: styleOf(figure.series[series], dark)
    };
    return TRACES[panel.kind](panel.data[choice][series], context).map((trace) => ({
                                                                         type: "scatter",
                                                                         ...trace,
                                                                         name: plain(figure.series[series][0]),
                                                                         meta: {series},
                                                                         visible: visible[series],
                                                                         legendgroup: String(series),
                                                                         showlegend: false
                                                                       }));
  });
  // Bands below all lines.
  const bands = traces.filter((trace) => trace.hoverinfo === "skip");
  const shown = bands.filter((trace) => panel.kind !== "curves" || allBands || trace.meta.series === pointed);
  return [...shown, ...traces.filter((trace) => !bands.includes(trace))];
}
