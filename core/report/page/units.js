// Numbers with their units as people write them.
const TIME_SCALES = [["days", 86400, 2 * 86400], ["h", 3600, 2 * 3600], ["min", 60, 600], ["s", 1, 0]];
const BYTE_SCALES = [["TB", 1e12, 1e12], ["GB", 1e9, 1e9], ["MB", 1e6, 1e6], ["kB", 1e3, 1e3], ["B", 1, 0]];

// The unit in which values up to `most` read well: its name and size.
function scaleOf(unit, most) {
  const scales = {s: TIME_SCALES, B: BYTE_SCALES}[unit];
  if (!scales) return ["", 1];
  return scales.find(([, , from]) => most >= from);
}

// With a true minus, and none before what is rounded to zero.
function minus(text) { return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−"); }

function withDigits(value, digits) { return minus(Number(value.toPrecision(digits)).toString()); }

// "0.943", "12.3 s", "58.5 kB", "14.3".
function told(value, unit) {
  if (!known(value)) return "–";
  if (unit === "score" || unit === "difference" || unit === "loss") return minus(value.toFixed(3));
  if (unit === "dB") return minus(value.toFixed(1)) + " dB";
  if (unit === "share") return withDigits(100 * value, 3) + " %";
  const [name, size] = scaleOf(unit, Math.abs(value));
  return withDigits(value / size, 3) + (name ? " " + name : "");
}

function axisTitle([title, unit], scaleName) { return scaleName ? `${title} (${scaleName})` : title; }
