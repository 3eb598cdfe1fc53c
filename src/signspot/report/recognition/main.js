// Joins the parts: a stream fills the tables, a row of them lists clips, and a clip plays.

const pairs = new Table(
  "pair",
  [
    { key: "sign", text: "sign", value: (row) => rankOf[row.sign] },
    { key: "recognised", text: "recognised as", value: (row) => rankOf[row.recognised] },
    clipsColumn,
  ],
  { key: "clips", down: true },
);
const signColumn = { key: "sign", text: "sign", value: (row) => rankOf[row.sign] };
const signerColumn = { key: "signer", text: "signer", value: (row) => row.rank };
const signTable = new Table("sign", [signColumn, clipsColumn], { key: "sign", down: false });
const signerTable = new Table("signer", [signerColumn, clipsColumn], { key: "signer", down: false });

pairs.textOf = (row) => `${signs[row.sign]} ${signs[row.recognised]}`;
pairs.cellsOf = (row) => [
  make("td", {}, opening(`${signs[row.sign]} recognised as ${signs[row.recognised]}: show the clips`, signs[row.sign])),
  make("td", {}, signs[row.recognised]),
  numberCell(whole(row.clips)),
];
signTable.textOf = (row) => signs[row.sign];
signTable.cellsOf = (row) => [
  make("th", { scope: "row" }, opening(`${signs[row.sign]}: show its clips`, signs[row.sign])),
  numberCell(whole(row.clips)),
  ...shareCells(row.shares),
];
signerTable.cellsOf = (row) => [
  make("th", { scope: "row" }, row.signer),
  numberCell(whole(row.clips)),
  ...shareCells(row.shares),
];

const player = new Player(byId("player"));
const compared = new Player(byId("compared"));
const clipPages = new Pages("clip-page", ROWS, () => drawClips());
let stream = streams[0];
let listed = [];
let playing = null;

const drawClips = () =>
  clipPages.fill(byId("clip-rows"), listed, (clip) => {
    const row = make(
      "tr",
      { onclick: () => playRow(clip, row) },
      make("td", {}, opening(`Play ${describe(clip)}`, clip.video.name)),
      make("td", {}, `${clock(clip.start)} `, make("small", {}, seconds(clip.end - clip.start))),
      make("td", {}, `${clip.right ? "✓ " : ""}${signs[clip.best[0]]}`),
      numberCell(percent(clip.likely[0])),
    );
    if (clip === playing) row.setAttribute("aria-current", "true");
    return row;
  });

// The rows stay as they are, so that the focus does.
const playRow = (clip, row) => {
  play(clip);
  for (const other of byId("clip-rows").rows) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
};

const describe = (clip) =>
  `${signs[clip.sign]}, recognised as ${signs[clip.best[0]]}, ${clip.video.name}, ${clock(clip.start)} for ` +
  seconds(clip.end - clip.start);

const showBest = (clip) =>
  byId("best").replaceChildren(
    ...clip.best.map((sign, place) => {
      const right = sign === clip.sign;
      return make(
        "li",
        { className: right ? "true" : "" },
        make("span", { className: "name" }, `${right ? "✓ " : ""}${signs[sign]}`),
        barOf(clip.likely[place]),
        make("span", { className: "number" }, percent(clip.likely[place])),
      );
    }),
  );

const caption = (element, title, clip) =>
  element.replaceChildren(make("b", {}, title), ` ${clip.video.name}, ${clock(clip.start)}`);

const play = (clip) => {
  playing = clip;
  byId("unplayable").hidden = true;
  const told = clip.right ? "recognised rightly" : `taken for ${signs[clip.best[0]]}`;
  caption(byId("player-name"), `${signs[clip.sign]}, ${told}`, clip);
  const other = clip.right ? null : surest(stream, clip.best[0]);
  byId("beside").hidden = other === null;
  if (other) caption(byId("compared-name"), `${signs[other.sign]}, recognised rightly`, other);
  showBest(clip);
  player.show(clip);
  compared.show(other);
};

// Lists clips under a title, and plays the first one.
const list = (title, clips) => {
  listed = clips;
  byId("chosen").textContent = title;
  byId("play-area").hidden = clips.length === 0;
  clipPages.first();
  if (clips.length === 0) return;
  play(clips[0]);
  drawClips();
  const { top } = byId("chosen").getBoundingClientRect();
  // On a narrow page the clips lie below the tables.
  if (top < 0 || top > window.innerHeight / 2) byId("chosen").scrollIntoView({ block: "start" });
};

pairs.onchoose = ({ sign, recognised, clips }) =>
  list(
    `${signs[sign]} recognised as ${signs[recognised]}: ${whole(clips)} ${clips === 1 ? "clip" : "clips"}`,
    stream.clips.filter((clip) => clip.sign === sign && clip.best[0] === recognised),
  );
signTable.onchoose = ({ sign, clips }) =>
  list(
    clips === 0 ? `${signs[sign]}: no clip` : `${signs[sign]}: ${whole(clips)} ${clips === 1 ? "clip" : "clips"}`,
    stream.clips.filter((clip) => clip.sign === sign).sort((a, b) => a.right - b.right),
  );

const showStream = () => {
  const { tops, perSign, perSigner, confusions } = stream;
  pairs.fill(confusions.map(([sign, recognised, clips]) => ({ sign, recognised, clips })));
  const shares = shareColumns(tops);
  signTable.fill(
    perSign.map(([sign, clips, found]) => ({ sign, clips, shares: found })),
    [signColumn, clipsColumn, ...shares],
  );
  const ranks = ranksOf(perSigner.map(([signer]) => signer));
  signerTable.fill(
    perSigner.map(([signer, clips, found], i) => ({ signer, rank: ranks[i], clips, shares: found })),
    [signerColumn, clipsColumn, ...shares],
  );
  const wrong = confusions.reduce((sum, [, , clips]) => sum + clips, 0);
  byId("summary").textContent = `${whole(wrong)} of ${whole(stream.clips.length)} clips taken for another sign`;
};

connectButtons(player, compared);

const tabs = ["pairs", "signs", "signers"];
const showTab = (name) => {
  for (const each of tabs) {
    const tab = byId(`tab-${each}`);
    tab.setAttribute("aria-selected", String(each === name));
    tab.tabIndex = each === name ? 0 : -1;
    byId(each).hidden = each !== name;
  }
};
for (const [place, name] of tabs.entries()) {
  byId(`tab-${name}`).onclick = () => showTab(name);
  byId(`tab-${name}`).onkeydown = ({ key }) => {
    const step = { ArrowLeft: tabs.length - 1, ArrowRight: 1 }[key];
    if (step === undefined) return;
    const other = tabs[(place + step) % tabs.length];
    showTab(other);
    byId(`tab-${other}`).focus();
  };
}

byId("stream").append(...streams.map(({ name }, i) => make("option", { value: String(i) }, name)));
byId("stream").onchange = (event) => {
  stream = streams[Number(event.target.value)];
  list("Choose a confusion or a sign: its clips play here.", []);
  player.show(null);
  compared.show(null);
  showStream();
};
showStream();
