// Colours that colour-blind readers can tell apart (after Okabe and Ito, and Tol); dashes and markers tell series apart
// without them.
const LIGHT = ["#0072b2", "#d55e00", "#aa4499", "#009e73", "#882255", "#3a9bdc", "#8a8a1f"];
const DARK = ["#56b4e9", "#ff8f4d", "#de8fd6", "#2fcc9f", "#ec7fae", "#a5d8ff", "#d0d060"];
const MARKERS = ["circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash"];
const BASELINES = {
  centralized: {light: "#1b1f24", dark: "#f2f4f6", dash: "dashdot", symbol: "hourglass"},
  full_sharing: {light: "#6e7781", dark: "#9aa5b1", dash: "dash", symbol: "pentagon"},
  local: {light: "#b37400", dark: "#f0b429", dash: "dot", symbol: "triangle-left"},
};
const STATUSES = {
  final: [0, "circle"],
  stale: [1, "x"],
  reversed: [2, "diamond"],
  pending: [6, "square-open"],
  fault: [1, "square"],
  effect: [0, "circle"],
  reached: [0, "circle"],
  censored: [1, "triangle-right-open"],
  median: [-1, "line-ns-open"],
};
const LINES = {
  solid: "",
  dash: "6 4",
  dot: "2 3",
  dashdot: "7 3 2 3",
  longdash: "10 4"
};
const SHOWN_AT_FIRST = 8;  // points; the others wait in the legend
const BANDS_AT_FIRST = 3;  // series; of more, the bands over one another hide what they are about

const darkQuery = matchMedia("(prefers-color-scheme: dark)");
function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : darkQuery.matches;
}

function inks(dark) {
  return dark ? {ink: "#e6eaee", soft: "#a3adb8", grid: "#29313a", paper: "#171c22", rule: "#56616d"} :
                {ink: "#1b1f24", soft: "#57606a", grid: "#e7ebef", paper: "#ffffff", rule: "#aab4be"};
}

function styleOf([, role, order], dark) {
  const colours = dark ? DARK : LIGHT;
  const place = Math.max(order, 0);
  if (STATUSES[role]) {
    const [colour, symbol] = STATUSES[role];
    return {colour: colour < 0 ? inks(dark).ink : colours[colour], dash: "solid", symbol, marked: true};
  }
  if (BASELINES[role]) {
    const {light, dark: atNight, dash, symbol} = BASELINES[role];
    const own = order < 0;
    return {colour: own ? (dark ? atNight : light) : colours[place % colours.length], dash, symbol, marked: false};
  }
  return {
    colour: colours[place % colours.length],
    dash: DASHES[Math.floor(place / colours.length) % DASHES.length],
    symbol: MARKERS[place % MARKERS.length],
    marked: true
  };
}

function faded(colour, alpha) {
  const part = (from) => parseInt(colour.slice(from, from + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${alpha})`;
}
