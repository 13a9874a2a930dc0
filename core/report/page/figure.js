// A figure: heading, choices, legend, panels with their tools, caption. It is drawn when it comes near.
const CONFIG = {
  displaylogo: false,
  displayModeBar: "hover",
  scrollZoom: false,
  doubleClick: "reset+autosize",
  modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]]
};

function moved([from, to], shift, zoom) {
  const middle = (from + to) / 2 + shift * (to - from), half = (to - from) / 2 * zoom;
  return [middle - half, middle + half];
}

const KEYS = {
  ArrowLeft: [-0.1, 0, 1],
  ArrowRight: [0.1, 0, 1],
  ArrowUp: [0, 0.1, 1],
  ArrowDown: [0, -0.1, 1],
  "+": [0, 0, 0.8],
  "=": [0, 0, 0.8],
  "-": [0, 0, 1.25],
};

function onKey(event, plot, reset) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "0") return reset();
  const act = KEYS[event.key];
  if (!act || !plot.layout) return;
  event.preventDefault();
  const [right, up, zoom] = act;
  Plotly.relayout(plot, {
    "xaxis.range": moved(plot.layout.xaxis.range, right, zoom),
    "yaxis.range": moved(plot.layout.yaxis.range, up, zoom)
  });
}

function hasBand(figure, series) {
  return figure.panels.some(
      (panel) => panel.kind === "curves" && panel.data.some((data) => known(data[series]) && data[series].length > 2));
}

class Panel {
  constructor(view, panel) {
    Object.assign(this, {view, panel, logarithmic: panel.log === true, drawn: false});
    const {figure} = view;
    this.plot = make(
        "div",
        {class: "drawing", tabindex: 0, role: "img", keydown: (event) => onKey(event, this.plot, () => this.reset())},
        make("p", {class: "placeholder"}, "drawn when it comes into view"));
    this.plot.style.minHeight = heightOf(figure, panel, 0) + "px";
    const title = [figure.title, panel.title, figure.chain].filter(Boolean).join(" ");
    const tool = (label, act, what) => button(label, act, {"aria-label": `${what}: ${title}`, title: what});
    this.log = button(
        "log x", () => this.toggleLog(), {"aria-pressed": this.logarithmic, "aria-label": `logarithmic x axis: ${title}`});
    this.element = make(
        "div", {class: "panel"}, ...(panel.title ? [make("h4", {}, panel.title)] : []), this.plot,
        make(
            "div", {class: "tools"}, ...(panel.kind === "curves" && panel.x[0][1] !== "count" ? [this.log] : []),
            tool("PNG", () => this.save("png"), "save as PNG"), tool("SVG", () => this.save("svg"), "save as SVG"),
            tool("CSV", () => this.saveData(), "save the data as CSV")));
  }

  name() {
    const {figure, choice} = this.view;
    const parts = [figure.id, figure.panels.length > 1 && this.panel.id, figure.choices && figure.choices[choice]];
    return slug([documentTitle, ...parts].filter(Boolean).join("-"));
  }

  // What the functions of layout, traces and pictures draw.
  state() {
    const {figure, choice, visible, allBands, pointed} = this.view;
    return {figure, panel: this.panel, choice, visible, logarithmic: this.logarithmic, allBands, pointed};
  }

  draw() {
    const state = this.state();
    const dark = isDark() && !printing;
    if (!this.drawn) this.plot.replaceChildren();
    this.plot.style.minHeight = "";
    this.plot.setAttribute("aria-label", gistOf(state) + " Arrows move, + and - zoom, 0 resets.");
    if (!this.drawn) new ResizeObserver(() => this.plot.clientWidth !== this.width && this.draw()).observe(this.plot);
    this.drawn = true;
    this.width = this.plot.clientWidth;
    return Plotly.react(this.plot, tracesOf(state, dark), {...layoutOf(state, dark), width: this.width}, CONFIG);
  }

  reset() {
    const {xaxis, yaxis} = layoutOf(this.state(), isDark());
    Plotly.relayout(this.plot, {
      "xaxis.range": xaxis.range,
      "xaxis.autorange": !xaxis.range,
      "yaxis.range": yaxis.range,
      "yaxis.autorange": !yaxis.range
    });
  }

  toggleLog() {
    this.logarithmic = !this.logarithmic;
    this.log.setAttribute("aria-pressed", this.logarithmic);
    this.draw();
  }

  async save(format) {
    await plotlyReady;
    return savePicture(this.name(), format, this.state());
  }

  saveData() { download(this.name() + ".csv", new Blob([csvOf(this.state())], {type: "text/csv"})); }
}

class FigureView {
  constructor(figure) {
    const banded = figure.series.filter((_, i) => hasBand(figure, i)).length;
    Object.assign(this, {figure, choice: 0, pointed: 0, allBands: banded <= BANDS_AT_FIRST});
    this.visible = figure.series.map(([, role, order]) => role !== "point" || order < SHOWN_AT_FIRST ? true : "legendonly");
    this.panels = figure.panels.map((panel) => new Panel(this, panel));
    const label = figure.chain ? `${figure.title}: ${figure.chain}` : figure.title;
    this.choices = make(
        "div", {class: "choices", role: "group", "aria-label": `${label}: what to show`},
        ...(figure.choices || []).map((choice, i) => button(choice, () => this.choose(i), {"aria-pressed": i === 0})));
    this.bands = button("All bands", () => this.toggleBands(), {
      "aria-pressed": this.allBands,
      "aria-label": `${label}: all confidence bands`,
      title: "else of one series: point at it"
    });
    this.bands.hidden = banded < 2;
    this.legend = make("div");
    this.element = make(
        "figure", {class: "figure" + (figure.panels.length !== 1 || !figure.chain ? " wide" : ""), id: slug(figure.id)},
        make(
            "div", {class: "heading"}, make("h3", {}, label),
            make(
                "div", {class: "controls"}, this.bands,
                ...(figure.choices && figure.choices.length > 1 ? [this.choices] : []))),
        this.legend, make("div", {class: "panels"}, ...this.panels.map((panel) => panel.element)),
        ...(figure.gallery ? [galleryOf(figure.gallery, label)] : []),
        make("figcaption", {}, figure.caption));
    this.drawLegend();
  }

  drawLegend() {
    const focused = this.legend.contains(document.activeElement) ? document.activeElement.dataset.series : undefined;
    this.legend.replaceChildren(legendOf(
        this.figure, this.visible, (series, alone) => this.toggle(series, alone), (series) => this.point(series),
        isDark() && !printing));
    if (focused !== undefined) this.legend.querySelector(`[data-series="${focused}"]`).focus();
  }

  draw() {
    this.near = true;
    if (!window.Plotly) return;
    for (const panel of this.panels) panel.draw();
  }

  redraw() {
    this.drawLegend();
    if (this.near) this.draw();
  }

  toggleBands() {
    this.allBands = !this.allBands;
    this.bands.setAttribute("aria-pressed", this.allBands);
    this.draw();
  }

  // A series in the legend, by the pointer or by keys: its band is shown where not all are.
  point(series) {
    if (this.pointed === series || !hasBand(this.figure, series)) return;
    this.pointed = series;
    if (!this.allBands && this.near) this.draw();
  }

  choose(choice) {
    this.choice = choice;
    [...this.choices.children].forEach((child, i) => child.setAttribute("aria-pressed", i === choice));
    this.draw();
  }

  toggle(series, alone) {
    const shown = this.visible[series] === true;
    this.visible = this.visible.map(
        (was, i) => i === series ? (alone || !shown ? true : "legendonly") :
            alone                ? "legendonly" :
                                   was);
    this.redraw();
  }
}
