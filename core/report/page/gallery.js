// Lines of pictures, [label, [address], [caption]]: originals, what attacks made of them, and what needs no attack.
function galleryOf(lines, title) {
  const cell = (label, address, caption, place) => make(
      "td", {}, make("img", {src: address, alt: `${label}, image ${place + 1}${caption ? ", " + caption : ""}`}),
      ...(caption ? [make("small", {}, caption)] : []));
  const rows = lines.map(
      ([label, addresses, captions]) => make(
          "tr", {}, make("th", {scope: "row", class: "text"}, label),
          ...addresses.map((address, i) => cell(label, address, captions[i], i))));
  return make(
      "div", {class: "scroll gallery", tabindex: 0, role: "region", "aria-label": title}, make("table", {}, make("tbody", {}, ...rows)));
}
