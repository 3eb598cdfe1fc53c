// The desk: accept, reject or change the chosen sign, add one, undo, and keep it all in a file.

const ADDED_MS = 400;

// The time of a boundary that is moved by whole frames, to the start of a frame.
const movedBy = (video, ms, frames) => {
  const at = (ms - video.start) / video.step;
  const frame = (frames > 0 ? Math.floor(at + 1e-6) : Math.ceil(at - 1e-6)) + frames;
  return video.start + Math.ceil(frame * video.step - 1e-6);
};

const SOON_MS = 10_000;

// The address outlives the click for a while: not every browser reads it at once.
const download = (name, kind, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), SOON_MS);
};

class Desk {
  #corrections;
  #player;
  bar = null;
  // Where the sign will be that waits for its gloss.
  #adding = null;
  #field = new GlossField();
  onchoose = () => {};
  onnext = () => {};

  constructor(corrections, player) {
    this.#corrections = corrections;
    this.#player = player;
    corrections.ontrouble = (text) => (byId("trouble").textContent = text);
    this.#field.ongloss = (gloss) => this.#name(gloss);
    this.#field.oncancel = () => {
      this.#adding = null;
      this.show();
    };
    byId("accept").onclick = () => this.accept();
    byId("reject").onclick = () => this.reject();
    byId("add").onclick = () => this.add();
    byId("undo").onclick = () => this.undo();
    for (const boundary of ["start", "end"]) {
      byId(`${boundary}-before`).onclick = () => this.move(boundary, -1);
      byId(`${boundary}-after`).onclick = () => this.move(boundary, 1);
      byId(`${boundary}-here`).onclick = () => this.moveHere(boundary);
    }
    byId("save").onclick = () => this.save();
    byId("save-table").onclick = () => this.saveTable();
    byId("load").onclick = () => byId("load-file").click();
    byId("load-file").onchange = (event) => this.#load(event.target);
  }

  choose(bar) {
    this.bar = bar;
    this.#tell("");
    this.show();
  }

  // What was changed or added is right already.
  accept() {
    if (this.bar === null) return;
    if ([DECISIONS.changed, DECISIONS.added].includes(this.#corrections.decisionOf(this.bar))) {
      this.onnext();
      return;
    }
    const { sign, start_ms, end_ms } = originalOf(this.bar);
    this.#decide({ sign, start_ms, end_ms });
  }

  // An added sign that is rejected was never there.
  reject() {
    if (this.bar === null) return;
    if (this.bar.lane !== "added") this.#decide(null);
    else this.#set(undefined);
  }

  editGloss() {
    if (this.bar !== null) this.#field.focus();
  }

  add() {
    const { video, time } = this.#player;
    this.#player.hold(time);
    const start = movedBy(video, movedBy(video, time, 1), -1);
    const end = Math.min(movedBy(video, start, Math.round(ADDED_MS / video.step)), video.end);
    if (start >= end) return;
    this.#adding = { video, start_ms: start, end_ms: end };
    this.#tell(`A sign at ${clock(start)}: write its gloss, then Enter.`);
    this.#field.value = "";
    this.#field.focus();
  }

  undo() {
    const bar = this.#corrections.undo();
    const there = bar !== null && (bar.lane !== "added" || this.#corrections.finalOf(bar) !== undefined);
    this.onchoose(there ? bar : null);
  }

  move(boundary, frames) {
    const now = this.#now();
    if (now) this.#moveTo(boundary, movedBy(this.bar.video, now[`${boundary}_ms`], frames));
  }

  moveHere(boundary) {
    const { video, time } = this.#player;
    if (this.#now()) this.#moveTo(boundary, movedBy(video, movedBy(video, time, 1), -1));
  }

  save() {
    download("corrections.json", "application/json", `${JSON.stringify(this.#corrections.file())}\n`);
  }

  saveTable() {
    download("corrections.tsv", "text/tab-separated-values", correctionsTable(this.#corrections.file()));
  }

  show() {
    const bar = this.bar;
    const [now, decision] = bar === null ? [null, null] : [this.#now(), this.#corrections.decisionOf(bar)];
    for (const button of byId("edit").querySelectorAll("button")) button.disabled = bar === null;
    byId("accept").setAttribute("aria-pressed", String(decision === DECISIONS.accepted));
    byId("reject").setAttribute("aria-pressed", String(decision === DECISIONS.rejected));
    byId("undo").disabled = !this.#corrections.undoable;
    if (this.#adding === null) {
      this.#field.value = now?.sign ?? "";
      this.#field.disabled = bar === null;
    }
    byId("start-time").textContent = now ? clock(now.start_ms) : "";
    byId("end-time").textContent = now ? clock(now.end_ms) : "";
    const overlap = this.#corrections.overlapIn(this.#player.video);
    byId("overlap").textContent = overlap
      ? `${overlap[0].name} and ${overlap[1].name} overlap at ${clock(overlap[1].start)}: move a boundary, or reject one.`
      : "";
    const left = this.#corrections.left(items);
    byId("left").textContent = left === 0 ? "Nothing is left" : `${whole(left)} of ${whole(items.length)} left`;
  }

  // The chosen sign as it is to be; a rejected one as it was spotted.
  #now() {
    return this.bar && (this.#corrections.finalOf(this.bar) ?? originalOf(this.bar));
  }

  // The same decision once more takes it back; a new one goes on to the next sign that is left.
  #decide(final) {
    const before = this.#corrections.finalOf(this.bar);
    const again = before === final || (before && final && sameSign(before, final));
    this.#set(again ? undefined : final);
    if (!again) this.onnext();
  }

  #name(gloss) {
    const known = vocabulary.includes(gloss) ? "" : `${gloss} is not in the vocabulary.`;
    if (this.#adding === null) {
      const { start_ms, end_ms } = this.#now();
      this.#set({ sign: gloss, start_ms, end_ms });
    } else {
      const { video, start_ms, end_ms } = this.#adding;
      const bar = addedBar(video);
      this.#adding = null;
      this.#corrections.decide([[bar, { sign: gloss, start_ms, end_ms }]]);
      this.onchoose(bar);
    }
    this.#tell(known);
  }

  #moveTo(boundary, ms) {
    const { sign, start_ms, end_ms } = this.#now();
    const moved = { sign, start_ms, end_ms, [`${boundary}_ms`]: ms };
    const { start, end } = this.bar.video;
    if (ms < start || ms > end || moved.start_ms >= moved.end_ms) {
      this.#tell("A sign begins before its end, and both lie in the video.");
      return;
    }
    this.#set(moved);
    this.#player.hold(ms);
  }

  #set(final) {
    const bar = this.bar;
    this.#corrections.decide([[bar, final]]);
    if (bar.lane === "added" && final === undefined) this.onchoose(null);
    this.#tell("");
  }

  async #load(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      const lost = this.#corrections.load(await file.text());
      this.onchoose(null);
      this.#tell(lost === 0 ? "Loaded." : `Loaded; ${lost} rejected spottings are not on this page.`);
    } catch (error) {
      this.#tell(`${file.name} cannot be loaded: ${error.message}.`);
    }
  }

  #tell(text) {
    byId("desk-note").textContent = text;
  }
}

// The corrections as a table for programs: one row for each, with the sign as it is to be and as it was spotted.
const correctionsTable = ({ videos: edited }) => {
  const heads = ["video", "decision", "sign", "start_ms", "end_ms"];
  const before = ["spotted_sign", "spotted_start_ms", "spotted_end_ms", "score"];
  const cell = (value) => (/["\t\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? ""));
  const row = (video, { state, original, final }) => [
    ...[video, state, final?.sign, final?.start_ms, final?.end_ms],
    ...[original?.sign, original?.start_ms, original?.end_ms, original?.score],
  ];
  const table = edited.flatMap(({ video, edits }) => edits.map((edit) => row(video, edit)));
  return [[...heads, ...before], ...table].map((cells) => `${cells.map(cell).join("\t")}\n`).join("");
};
