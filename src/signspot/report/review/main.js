// Joins the parts: whatever is chosen anywhere is shown everywhere, and every action has a key.

const player = new Player();
const tracks = new Tracks();
const skeleton = new Skeleton();
const corrections = new Corrections();
const timeline = new Timeline(corrections);
const list = new List(corrections);
const signTable = new Signs();
const desk = new Desk(corrections, player);

const open = (video) => {
  player.load(video);
  timeline.load(video);
  tracks.load(video);
  skeleton.load(video);
  byId("video").value = String(video.index);
  byId("video-before").disabled = video.index === 0;
  byId("video-after").disabled = video.index === videos.length - 1;
};

// Everywhere the same sign, or none.
const mark = (bar) => {
  timeline.choose(bar);
  list.choose(bar);
  desk.choose(bar);
  tellChosen(bar);
};

// What is added is told as it is now; all else as it was spotted, with what was decided about it beside.
const tellChosen = (bar) => {
  const shown = bar === null ? null : asShown(bar);
  byId("chosen").replaceChildren(...(shown ? [symbolOf(shown.state), ` ${describe(shown)}`] : []));
};

const asShown = (bar) => (bar.lane === "added" ? corrections.signsOf(bar.video).find(({ of }) => of === bar) : bar);

const choose = (bar) => {
  if (!bar) return;
  open(bar.video);
  mark(bar);
  player.show(asShown(bar));
};

const openOther = (video) => {
  open(video);
  mark(null);
  player.seek(video.start);
};

const showTab = (name) => {
  if (name === "signs") signTable.show();
  for (const each of ["list", "signs"]) {
    const tab = byId(`tab-${each}`);
    tab.setAttribute("aria-selected", String(each === name));
    tab.tabIndex = each === name ? 0 : -1;
    byId(each).hidden = each !== name;
  }
};

const countsOf = (video) => {
  if (!video.annotated) return `${video.spotted.length} spotted`;
  const count = countBy(video.listed, (item) => item.state.key);
  const told = states.filter(({ key }) => COMPARED.includes(key));
  return told.map(({ key, text }) => `${count.get(key) ?? 0} ${text}`).join(", ");
};

player.ontime = () => {
  timeline.show(player.time);
  skeleton.show(player.time);
  byId("clock").textContent = clock(player.time);
};
timeline.onchoose = choose;
timeline.onseek = (ms) => player.seek(ms);
list.onchoose = choose;
signTable.onfilter = (filter) => {
  list.filter(filter);
  showTab("list");
  byId("tab-list").focus();
};

desk.onchoose = (bar) => {
  if (bar === null) {
    mark(null);
    timeline.refresh();
    return;
  }
  open(bar.video);
  mark(bar);
  player.hold(asShown(bar).start);
};
desk.onnext = () => choose(list.nextLeft());
tracks.onload = (video) => {
  if (video !== player.video) return;
  timeline.refresh();
  skeleton.load(video);
};
corrections.onchange = () => {
  list.redraw();
  timeline.refresh();
  desk.show();
  tellChosen(desk.bar);
};

byId("video").append(
  ...videos.map((video) => {
    const signer = video.signer ? `, ${video.signer}` : "";
    return make("option", { value: String(video.index) }, `${video.name}${signer}: ${countsOf(video)}`);
  }),
);
byId("video").onchange = (event) => openOther(videos[Number(event.target.value)]);
byId("video-before").onclick = () => openOther(videos[player.video.index - 1]);
byId("video-after").onclick = () => openOther(videos[player.video.index + 1]);
for (const name of ["list", "signs"]) {
  byId(`tab-${name}`).onclick = () => showTab(name);
  byId(`tab-${name}`).onkeydown = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "list" ? "signs" : "list";
    showTab(other);
    byId(`tab-${other}`).focus();
    event.stopPropagation();
  };
}
byId("open-help").onclick = () => byId("help").showModal();
const what = annotated ? "spottings and missed signs" : "spottings";
byId("summary").textContent = `${whole(videos.length)} videos, ${whole(items.length)} ${what}`;

const keys = {
  " ": () => player.toggle(),
  ArrowLeft: (event) => (event.shiftKey ? player.seek(player.time - 1000) : player.step(-1)),
  ArrowRight: (event) => (event.shiftKey ? player.seek(player.time + 1000) : player.step(1)),
  n: () => choose(list.neighbour(1)),
  p: () => choose(list.neighbour(-1)),
  r: () => player.bar && player.show(player.bar),
  l: () => player.loop(),
  k: () => skeleton.toggle(),
  "+": () => timeline.zoom(-1),
  "-": () => timeline.zoom(1),
  "/": () => {
    showTab("list");
    byId("text").focus();
  },
  "?": () => byId("help").showModal(),
  a: () => desk.accept(),
  x: () => desk.reject(),
  g: () => desk.editGloss(),
  s: () => desk.move("start", -1),
  S: () => desk.move("start", 1),
  e: () => desk.move("end", -1),
  E: () => desk.move("end", 1),
  i: () => desk.moveHere("start"),
  o: () => desk.moveHere("end"),
  m: () => desk.add(),
  w: () => choose(list.nextLeft()),
  z: () => desk.undo(),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Escape" && target === byId("text")) target.blur();
  if (!byId("keys-on").checked || event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  // Fields keep their own keys; a space presses every button but those of signs, where it plays.
  if (target.closest("input:not([type=checkbox]), select")) return;
  if (key === " " && target.closest("button:not(.bar, .open), input, summary")) return;
  if (!Object.hasOwn(keys, key)) return;
  event.preventDefault();
  keys[key](event);
});

document.body.classList.toggle("plain", !annotated);
list.refresh();
openOther(videos[0]);
corrections.restore();
