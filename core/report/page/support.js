// make("p", {class: "note"}, "text", node): an element; attributes that are functions are listeners.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function")
      element.addEventListener(name, value);
    else if (value !== undefined && value !== null)
      element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function button(label, onClick, attributes = {}) {
  return make("button", {type: "button", click: onClick, ...attributes}, label);
}

// A name that is fit for an anchor or a file, whatever it was.
function slug(text) { return text.replace(/[^A-Za-z0-9=.-]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase() || "x"; }

const known = (value) => value !== null && value !== undefined;

function cut(text, most) { return text.length > most ? text.slice(0, most - 1) + "…" : text; }

// Names come from files: Plotly would read "<b>" in them as markup.
function plain(text) { return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"); }
