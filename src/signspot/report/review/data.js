// The content of the page as objects.

const content = JSON.parse(byId("data").textContent);
const { signs, states } = content;
const vocabulary = content.vocabulary.map((sign) => signs[sign]);
const SHEET = { columns: 10, pictures: 100 };
const MOST_ROWS = 3;
const COMPARED = ["hit", "boundary", "wrong", "missed"];

// Bars that overlap in time have rows: gives the row of each bar, told one by one in order of start.
const rowFinder = () => {
  const ends = [];
  return (start, end) => {
    const free = [...ends, 0].findIndex((until) => until <= start);
    const row = Math.min(free, MOST_ROWS - 1);
    ends[row] = end;
    return row;
  };
};

// One annotated sign or spotting; times in ms from the start of the file.
const barsOf = (video, read, lane) => {
  const rowOf = rowFinder();
  return read.map(([sign, start, end, state, beneath], i) => {
    const about = { name: signs[sign], state: states[state], score: lane === "spotted" ? video.scores[i] : null };
    return { video, lane, row: rowOf(start, end), sign, start, end, beneath, ...about, picture: null };
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
const rankOf = ranksOf(signs);

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
