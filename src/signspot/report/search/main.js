// The places of an answer: a list by pages, and a player that shows the chosen one from its start to its end.

const content = JSON.parse(byId("data").textContent);
const ROWS = 25;

const places = content.places.map(([video, start, end, score, signs, sentence], index) => {
  return { index, video: content.videos[video], start, end, score, signs, sentence };
});

// Every second piece of a sentence, from the second on, was asked for.
const said = (place) => place.sentence.map((piece, i) => (i % 2 === 1 ? make("mark", {}, piece) : piece));
const names = (place) => place.signs.map(([name]) => name).join(", ");
const held = (place) =>
  place.signs.length < content.signs ? `${place.signs.length} of ${content.signs} signs` : "";
const about = (place) =>
  [names(place), place.video.name, `${clock(place.start)} for ${seconds(place.end - place.start)}`]
    .filter(Boolean)
    .join(", ");

const answer = () => {
  const pages = new Pages("page", ROWS, () => {
    draw();
    byId("rows").rows[0].scrollIntoView({ block: "nearest" });
  });
  const player = new Player(byId("player"));
  let chosen = null;

  const row = (place) => {
    const { video, start, end } = place;
    const of = content.signs ? [make("td", { className: "signs" }, names(place))] : [];
    if (content.scored) {
      of.push(make("td", { className: "number" }, place.score.toFixed(2), make("small", {}, held(place))));
    }
    const element = make(
      "tr",
      { onclick: () => choose(place) },
      make(
        "td",
        { className: "video" },
        make("button", { type: "button", "aria-label": `Play ${about(place)}` }, video.name),
        make("small", {}, video.signer),
      ),
      make("td", { className: "time" }, clock(start), make("small", {}, seconds(end - start))),
      ...of,
      make("td", { className: "sentence" }, ...said(place)),
    );
    if (place === chosen) element.setAttribute("aria-current", "true");
    return element;
  };

  const draw = () => pages.fill(byId("rows"), places, row);

  // The rows stay as they are, so that the focus does.
  const mark = () => {
    const first = Number(byId("rows").rows[0].getAttribute("aria-rowindex")) - 2;
    [...byId("rows").rows].forEach((each, i) => {
      if (first + i === chosen.index) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    });
  };

  const choose = (place) => {
    chosen = place;
    mark();
    const { video } = place;
    byId("choose").hidden = true;
    byId("play-area").hidden = false;
    byId("unplayable").hidden = true;
    byId("unknown").hidden = video.src !== null;
    byId("unknown-name").textContent = video.name;
    byId("player").hidden = video.src === null;
    byId("play").disabled = video.src === null;
    byId("name").replaceChildren(
      make("b", {}, video.name),
      ` ${clock(place.start)} to ${clock(place.end)}${video.signer ? `, ${video.signer}` : ""}`,
    );
    byId("signs").replaceChildren(
      ...place.signs.map(([name, start, score]) =>
        make("li", {}, make("b", {}, name), ` ${clock(start)} `, make("small", {}, `score ${score.toFixed(2)}`)),
      ),
    );
    byId("sentence").replaceChildren(...said(place));
    byId("before").disabled = place.index === 0;
    byId("after").disabled = place.index === places.length - 1;
    player.show(video.src === null ? null : place);
  };

  const step = (by, there, back) => {
    byId(there).onclick = () => {
      const place = places[chosen.index + by];
      pages.show(place.index);
      draw();
      choose(place);
      byId("rows").querySelector("[aria-current]").scrollIntoView({ block: "nearest" });
      // A button that is off loses the focus, and with it the place of those who use keys.
      if (byId(there).disabled) byId(back).focus();
    };
  };
  step(-1, "before", "after");
  step(1, "after", "before");

  connectButtons(player);
  player.onbroken = (video) => {
    byId("player").hidden = true;
    byId("play").disabled = true;
    showBroken(video);
  };
  draw();
};

if (places.length > 0) answer();
