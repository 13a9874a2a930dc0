// What a figure shows, in words, for those who do not see it.
const GISTS = {
  curves: (name, [x, y], x0, y0) => {
    const last = y.reduce((found, value, i) => known(value) ? i : found, 0);
    return `${name} ends at ${told(y[last], y0[1])} (${x0[0]} ${told(x[last], x0[1])})`;
  },
  dots: (name, [x], x0) => `${name} from ${told(Math.min(...x), x0[1])} to ${told(Math.max(...x), x0[1])}`,
  bars: (name, [x, y], x0, y0, categories) =>
      `${name}: ` + x.map((value, i) => `${told(value, x0[1])} with ${categories[y[i]]}`).join(", "),
  boxes: (name, data, x0) => `${name}: median ${told(data[2], x0[1])}, half of ${data[5]} between ${
      told(data[1], x0[1])} and ${told(data[3], x0[1])}`,
  marks: (name, [x], x0) => `${x.length} ${name}, from ${told(Math.min(...x), x0[1])} to ${told(Math.max(...x), x0[1])}`,
};

function gistOf({figure, panel, choice}) {
  const x = axisOf(panel.x, choice), y = axisOf(panel.y, choice);
  const told = panel.data[choice].flatMap(
      (data, i) => known(data) ? [GISTS[panel.kind](figure.series[i][0], data, x, y, panel.categories)] : []);
  const title = [figure.title, panel.title].filter(Boolean).join(" ") + (figure.chain ? `, chain ${figure.chain}` : "");
  return `${title}: ${(y || x)[0]}. ${told.join("; ")}.`;
}
