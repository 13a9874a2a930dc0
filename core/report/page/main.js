const report = JSON.parse(document.getElementById("data").textContent);
const documentTitle = report.title;
let printing = false;

async function loadPlotly() {
  const bytes = Uint8Array.from(atob(document.getElementById("plotly").textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = make("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
}

function addHeading(main) {
  main.append(make("h1", {}, report.title), make("p", {class: "subtitle"}, report.subtitle));
  for (const note of report.notes) main.append(make("p", {class: "note", role: "note"}, note));
}

function addSection(main, title, ...content) {
  const id = slug(title);
  document.getElementById("sections").append(make("a", {href: "#" + id}, title));
  main.append(make("section", {"aria-labelledby": id}, make("h2", {id}, title), ...content));
}

function answerView() {
  const several = report.answer.length > 1;
  return make(
      "div", {class: "answer"},
      ...report.answer.flatMap(
          ([chain, sentences]) =>
              [...(several ? [make("h3", {}, `Chain ${chain}`)] : []),
               make("ul", {}, ...sentences.map((sentence) => make("li", {}, sentence)))]),
      ...(report.answer_note ? [make("p", {class: "hint"}, report.answer_note)] : []));
}

function askedView() {
  const list = make(
      "dl", {class: "asked"}, ...report.asked.flatMap(([label, text]) => [make("dt", {}, label), make("dd", {}, text)]));
  const scenario = make(
      "details", {}, make("summary", {}, "The scenario, with everything that it left to defaults"),
      make("pre", {tabindex: 0}, report.scenario));
  return [list, ...(report.scenario ? [scenario] : [])];
}

function addFigures(main) {
  const views = report.figures.map((figure) => new FigureView(figure));
  for (const section of new Set(report.figures.map((figure) => figure.section))) {
    const members = views.filter((view) => view.figure.section === section);
    addSection(main, section, make("div", {class: "figures"}, ...members.map((view) => view.element)));
  }
  return views;
}

function drawWhenNear(views) {
  const observer = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
        observer.unobserve(entry.target);
        views.find((view) => view.element === entry.target).draw();
      }),
      {rootMargin: "700px 0px"});
  for (const view of views) observer.observe(view.element);
}

function setUpTheme(views) {
  const toggle = document.getElementById("theme");
  const say = () => {
    toggle.textContent = isDark() ? "Light" : "Dark";
    toggle.setAttribute("aria-label", `switch to ${isDark() ? "light" : "dark"} colours`);
  };
  const redraw = () => {
    say();
    views.forEach((view) => view.redraw());
  };
  toggle.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    redraw();
  });
  darkQuery.addEventListener("change", redraw);
  say();
}

// Paper is light and shows every figure, also those that nobody scrolled to.
function setUpPrinting(views) {
  let before;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    printing = true;
    document.documentElement.classList.add("printing");
    views.forEach((view) => {
      view.drawLegend();
      view.draw();
    });
  });
  addEventListener("afterprint", () => {
    printing = false;
    document.documentElement.classList.remove("printing");
    if (before)
      document.documentElement.dataset.theme = before;
    else
      delete document.documentElement.dataset.theme;
    views.forEach((view) => view.redraw());
  });
}

function addFooter() {
  document.getElementById("about").append(
      make("p", {},
           "Intervals are 95 % confidence intervals of a mean over seeds, by Student's t; differences are taken pair by pair of " +
               "runs with the same seed, their effect size is Cohen's d for pairs. With few seeds such an interval can reach " +
               "beyond what a score can be. Simulated seconds are those of the simulated hospitals, links and chains, not of " +
               "the machine."),
      make("p", {},
           `Made by Polyclinic ${report.version}. Figures are drawn by plotly.js (MIT licence), which is part of this page: ` +
               "it asks for nothing from any network."));
}

const main = document.getElementById("content");
addHeading(main);
addSection(main, "Question", ...askedView());
if (report.answer.length > 0) addSection(main, "Answer", answerView());
const views = addFigures(main);
if (report.tables.length > 0) addSection(main, "Tables", ...report.tables.map(tableView));
addFooter();
setUpTheme(views);
setUpPrinting(views);
const plotlyReady = loadPlotly();
plotlyReady.then(() => views.filter((view) => view.near).forEach((view) => view.draw()));
drawWhenNear(views);
