// Sentences with their ranks: one that is chosen lists its first places, and a place plays.

const content = JSON.parse(byId("data").textContent);
const sentences = content.sentences.map(([video, start, end, text, words, ranks], index) => {
  return { index, video: content.videos[video], start, end, text, words, ranks };
});
const textRanks = ranksOf(sentences.map(({ text }) => text));
const told = (rank) => rank.toLocaleString("en", { maximumFractionDigits: 1 });

// The first places of a text, the best first, and behind them its own sentence if it is none of them.
const placesOf = (sentence) => {
  const places = content.places[sentence.index].map(([number, rank, similarity]) => {
    return { found: sentences[number], rank, similarity, right: number === sentence.index };
  });
  if (!places.some(({ right }) => right)) {
    places.push({ found: sentence, rank: sentence.ranks.at(-1), similarity: null, right: true });
  }
  return places;
};

const table = new Table(
  "sentence",
  [
    { key: "text", text: "text", value: (row) => textRanks[row.index] },
    ...content.searches.map((name, i) => ({
      key: name,
      text: name,
      className: "number",
      value: (row) => row.ranks[i],
    })),
  ],
  { key: content.searches.at(-1), down: false },
);
table.textOf = (row) => row.text;
table.cellsOf = (row) => [
  make("td", {}, opening(`${row.text}: show its first places`, row.text)),
  ...row.ranks.map((rank) => numberCell(told(rank))),
];

const player = new Player(byId("player"));

const placeRow = (place) => {
  const { found, rank, similarity, right } = place;
  const said = `Play rank ${told(rank)}: ${found.text}, ${found.video.name}, ${clock(found.start)} for ${seconds(found.end - found.start)}`;
  const row = make(
    "tr",
    { onclick: () => play(place, row), className: right ? "true" : "" },
    numberCell(told(rank)),
    make("td", {}, opening(said, `${right ? "✓ " : ""}${found.text}`)),
    make("td", {}, `${found.video.name} `, make("small", {}, clock(found.start))),
    numberCell(similarity === null ? "–" : similarity.toFixed(2)),
  );
  return row;
};

// The rows stay as they are, so that the focus does.
const play = (place, row) => {
  for (const other of byId("place-rows").rows) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const { found, right } = place;
  byId("unplayable").hidden = true;
  byId("name").replaceChildren(
    make("b", {}, found.text),
    ` ${found.video.name}, ${clock(found.start)} to ${clock(found.end)}${right ? ", the sentence of the text" : ""}`,
  );
  byId("words").textContent = found.words.length > 0 ? found.words.join(", ") : "none";
  player.show(found);
};

table.onchoose = (sentence) => {
  byId("chosen").textContent = sentence.text;
  byId("play-area").hidden = false;
  const places = placesOf(sentence);
  byId("place-rows").replaceChildren(...places.map(placeRow));
  play(places[0], byId("place-rows").rows[0]);
  const { top } = byId("chosen").getBoundingClientRect();
  // On a narrow page the places lie below the sentences.
  if (top < 0 || top > window.innerHeight / 2) byId("chosen").scrollIntoView({ block: "start" });
};

connectButtons(player);
table.fill(sentences);
