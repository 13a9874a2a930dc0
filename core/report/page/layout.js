// Plotly's layout of a panel.
const FONT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif';

function heightOf(figure, panel, choice) {
  if (panel.kind === "curves") return 320;
  const present = panel.data[choice].filter(known).length;
  if (panel.kind === "boxes") return 110 + 34 * present;
  const line = panel.kind === "dots" ? Math.max(26, 10 * present + 8) : panel.kind === "bars" ? 34 : 30;
  return Math.max(150, 84 + line * panel.categories.length);
}

function categoryAxis(labels) {
  return {
    tickmode: "array",
    tickvals: labels.map((_, i) => i),
    ticktext: labels.map((label) => plain(cut(label, 26))),
    range: [labels.length - 0.5, -0.5],
    showgrid: false,
    zeroline: false
  };
}

const LIMITS = {
  score: [0, 1],
  difference: [-1, 1],
  loss: [0, Infinity]
};

// From the least to the most of what is shown. Intervals count only as far as values can be, and no further beside the
// means than `reach` times what these span, so that they dwarf none.
function rangeOf(shown, unit, [values, low, high], reach = Infinity) {
  const all = (part) => shown.flatMap((data) => data[part] || []).filter(known);
  const means = all(values);
  if (means.length === 0) return undefined;
  const [lowest, highest] = [Math.min(...means), Math.max(...means)];
  const beside = reach * (highest - lowest || Math.abs(highest) || 1);
  const [least, most] = LIMITS[unit] || [-Infinity, Infinity];
  const [floor, ceiling] = [Math.max(least, lowest - beside), Math.min(most, highest + beside)];
  const within = [...means, ...[...all(low), ...all(high)].map((bound) => Math.min(Math.max(bound, floor), ceiling))];
  const [from, to] = [Math.min(...within), Math.max(...within)];
  const margin = (to - from || Math.abs(to) || 1) * 0.04;
  return [from - margin, to + margin];
}

function shownData(panel, choice, visible) {
  return panel.data[choice].filter((data, i) => known(data) && visible[i] === true);
}

// A hair beside the first and last value, so that no line hides in the frame.
function xRange(panel, choice, visible, unit, size, logarithmic) {
  const shown = shownData(panel, choice, visible);
  if (panel.kind === "dots") return rangeOf(shown, unit, [0, 2, 3]);
  if (panel.kind === "marks") {
    const most = mostOnX(panel, choice) / size || 1;
    return [-0.02 * most, 1.03 * most];
  }
  if (panel.kind !== "curves") return undefined;
  const values = shown.flatMap((data) => data[0])
                     .filter((value) => known(value) && (!logarithmic || value > 0))
                     .map((value) => value / size);
  if (values.length === 0) return undefined;
  const [from, to] = [Math.min(...values), Math.max(...values)].map((value) => logarithmic ? Math.log10(value) : value);
  const margin = (to - from || 1) * 0.025;
  return [from - margin, to + margin];
}

const flipped = (data) => data.map((choice) => choice.map((series) => known(series) ? [series[1], series[0]] : series));

const decades = (range) => range ? range[1] - range[0] : 1;

function layoutOf({figure, panel, choice, visible, logarithmic}, dark) {
  const {ink, soft, grid, paper, rule} = inks(dark);
  const xAxis = axisOf(panel.x, choice), yAxis = axisOf(panel.y, choice);
  const [scaleName, scaleSize] = scaleOf(xAxis[1], mostOnX(panel, choice));
  const range = xRange(panel, choice, visible, xAxis[1], scaleSize, logarithmic);
  const axis = {
    gridcolor: grid,
    linecolor: rule,
    tickcolor: rule,
    ticks: "outside",
    ticklen: 4,
    automargin: true,
    zerolinecolor: rule,
    tickfont: {color: soft, size: 12}
  };
  const title = (text) => ({title: {text, font: {size: 12.5, color: ink}, standoff: 8}});
  const present = figure.series.filter((_, i) => known(panel.data[choice][i]));
  const labels = panel.kind === "boxes" ? present.map(([name]) => name) : panel.categories;
  const bothLog = logarithmic && panel.log_y === true;
  const values = bothLog ? {type: "log", range: xRange({...panel, data: flipped(panel.data)}, choice, visible, yAxis[1], 1, true), dtick: 1,
    ...title(yAxis[0])} : panel.kind === "curves" ? {
    range: yAxis[1] === "share" ? [-0.02, 1.02] : rangeOf(shownData(panel, choice, visible), yAxis[1], [1, 2, 3], 0.5),
    tickformat: yAxis[1] === "share" ? ".0%" : "",
    zeroline: false,
    nticks: 7,
    ...title(yAxis[0])
  } :
                                           {};
  return {
    height: heightOf(figure, panel, choice),
    margin: {l: 54, r: 14, t: 26, b: 46},
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    font: {family: FONT, size: 12, color: ink},
    hovermode: "closest",
    barmode: "stack",
    showlegend: false,
    uirevision: `${choice} ${logarithmic}`,
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    hoverlabel:
        {bgcolor: paper, bordercolor: rule, font: {color: ink, family: FONT, size: 12.5}, align: "left", namelength: -1},
    modebar: {bgcolor: "rgba(0,0,0,0)", color: soft, activecolor: ink},
    xaxis: {
      ...axis,
      ...title(axisTitle(xAxis, scaleName)),
      type: logarithmic ? "log" : "linear",
      nticks: 7,
      showline: true,
      range,
      ...(logarithmic ? {dtick: decades(range) > 1.5 ? 1 : "D2"} : {}),
      ...(panel.kind === "bars" ? {rangemode: "tozero"} : {}),
      zeroline: xAxis[1] === "difference",
      zerolinewidth: 1.5
    },
    yaxis: {...axis, ...(panel.kind === "curves" ? values : {...categoryAxis(labels), ticks: ""})},
  };
}
