// The content of the page as objects. Glosses and names are other people's text: they only ever become textContent.

const byId = (id) => document.getElementById(id);
const content = JSON.parse(byId("data").textContent);
const { signs, states } = content;
const SHEET = { columns: 10, pictures: 100 };
const MOST_ROWS = 3;
const COMPARED = ["hit", "boundary", "wrong", "missed"];

// One annotated sign or spotting; times in ms from the start of the file. Where some overlap in time, they have rows.
const barsOf = (video, rows, lane) => {
  const ends = [];
  return rows.map(([sign, start, end, state, beneath], i) => {
    const free = [...ends, 0].findIndex((until) => until <= start);
    const row = Math.min(free, MOST_ROWS - 1);
    ends[row] = end;
    const about = { name: signs[sign], state: states[state], score: lane === "spotted" ? video.scores[i] : null };
    return { video, lane, row, sign, start, end, beneath, ...about, picture: null };
  });
};

const videos = content.videos.map((row, index) => {
  const video = { ...row, index, start: row.span[0], end: row.span[1] };
  video.truth = barsOf(video, row.truth, "truth");
  video.spotted = barsOf(video, row.spotted, "spotted");
  video.listed = [...video.spotted, ...video.truth.filter((bar) => bar.state.key === "missed")];
  if (video.sheet !== null) video.listed.forEach((bar, i) => (bar.picture = i));
  return video;
});
// In the order of videos and times, which every other order keeps among equals.
const items = videos.flatMap((video) => [...video.listed].sort((a, b) => a.start - b.start));
items.forEach((item, i) => (item.order = i));
const annotated = videos.some((video) => video.annotated);

const alphabet = new Intl.Collator(undefined, { numeric: true });
const rankOf = [];
[...signs.keys()].sort((a, b) => alphabet.compare(signs[a], signs[b])).forEach((sign, rank) => (rankOf[sign] = rank));

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const countBy = (list, keyOf) => {
  const counts = new Map();
  for (const one of list) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
};

const whole = (number) => number.toLocaleString("en");
const clock = (ms) => {
  const hundredths = Math.round(ms / 10);
  const minutes = Math.floor(hundredths / 6000);
  return `${minutes}:${((hundredths % 6000) / 100).toFixed(2).padStart(5, "0")}`;
};
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

const describe = (bar) => {
  const score = bar.score === null ? "" : `, score ${bar.score.toFixed(2)}`;
  return `${bar.name}, ${stateText(bar)}, ${clock(bar.start)} for ${seconds(bar.end - bar.start)}${score}`;
};

const stateText = (bar) => {
  if (bar.lane === "truth" && bar.state.key === "missed")
    return bar.beneath === null ? "missed" : `missed; ${signs[bar.beneath]} spotted there`;
  if (bar.state.key === "wrong")
    return bar.beneath === null ? "false; no sign there" : `false; ${signs[bar.beneath]} annotated there`;
  return bar.state.text;
};

// An element with properties, and children that are elements or text.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "scope") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
};

const symbolOf = (state) => make("span", { className: `symbol ${state.key}`, "aria-hidden": "true" }, state.symbol);

const showPicture = (element, bar) => {
  element.classList.toggle("none", bar === null || bar.picture === null);
  if (bar === null || bar.picture === null) {
    element.style.removeProperty("background-image");
    return;
  }
  const place = bar.picture % SHEET.pictures;
  const sheet = bar.video.sheet + Math.floor(bar.picture / SHEET.pictures);
  element.style.setProperty("background-image", `url(thumbnails/${sheet}.jpg)`);
  element.style.setProperty("--column", place % SHEET.columns);
  element.style.setProperty("--row", Math.floor(place / SHEET.columns));
};

// A pen for a whole canvas, in pixels of the page, and the colours of the style; null while the canvas is not shown.
const penOf = (canvas) => {
  const { width, height } = canvas.getBoundingClientRect();
  if (width === 0) return null;
  const scale = window.devicePixelRatio;
  Object.assign(canvas, { width: width * scale, height: height * scale });
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  return { pen, width, height, colour: (name) => getComputedStyle(canvas).getPropertyValue(`--${name}`) };
};

// A row of the timeline.
const laneOf = (name, strip) => make("div", { className: "lane" }, make("b", { "aria-hidden": "true" }, name), strip);

// Heads of a table that sort it: a button each, the order told to screen readers as well.
const sortHeads = (row, columns, sort, changed) => {
  const show = () =>
    columns.forEach(({ key }, i) => {
      const order = key === null || key !== sort.key ? "none" : sort.down ? "descending" : "ascending";
      row.children[i].setAttribute("aria-sort", order);
    });
  const choose = (column) => {
    sort.down = sort.key === column.key ? !sort.down : Boolean(column.down);
    sort.key = column.key;
    show();
    changed();
  };
  for (const column of columns) {
    const head = make("th", { scope: "col", role: "columnheader", className: column.className ?? "" });
    if (column.key === null) head.append(make("span", { className: "off" }, column.text));
    else head.append(make("button", { type: "button", onclick: () => choose(column) }, column.text));
    row.append(head);
  }
  show();
};
