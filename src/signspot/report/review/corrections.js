// What a person decided: which spottings and missed signs are right, wrong or changed, and which signs were added.
// It lives in the storage of this browser, video by video, and in a file; both are read as strictly as foreign text.

const FORMAT = "signspot corrections";
const VERSION = 1;
const PLACE = `${FORMAT}: ${location.pathname}: ${content.run}: `;
const DECISIONS = Object.fromEntries(
  [["accepted", "="], ["changed", "✎"], ["added", "+"], ["rejected", "–"]].map(([key, symbol]) => [
    key,
    { key, symbol, text: key },
  ]),
);

const isSign = (sign) =>
  typeof sign?.sign === "string" &&
  sign.sign.trim() !== "" &&
  [sign.start_ms, sign.end_ms].every(Number.isSafeInteger) &&
  0 <= sign.start_ms &&
  sign.start_ms < sign.end_ms;

const sameSign = (a, b) => a.sign === b.sign && a.start_ms === b.start_ms && a.end_ms === b.end_ms;

const originalOf = (bar) =>
  bar.lane === "added" ? null : { sign: bar.name, start_ms: bar.start, end_ms: bar.end, score: bar.score };

// A sign that no spotting and no annotation stands for.
const addedBar = (video) => ({ video, lane: "added", state: DECISIONS.added, beneath: null, score: null, picture: null });

// Whether an edit is whole, and says of itself what it is.
const isEdit = (edit) => {
  const { state, original, final } = edit ?? {};
  if (![original, final].every((sign) => sign === null || isSign(sign))) return false;
  if (state === "added") return original === null && final !== null;
  if (state === "rejected") return original !== null && final === null;
  return original !== null && final !== null && (state === "accepted") === sameSign(original, final);
};

class Corrections {
  // Bar -> the sign that it stands for: {sign, start_ms, end_ms}; null: rejected. Without an entry nothing is decided.
  #finals = new Map();
  // For each step what was before it, to undo it.
  #past = [];
  onchange = () => {};
  ontrouble = () => {};

  finalOf(bar) {
    return this.#finals.get(bar);
  }

  decisionOf(bar) {
    const final = this.#finals.get(bar);
    if (final === undefined) return null;
    if (final === null) return DECISIONS.rejected;
    const original = originalOf(bar);
    if (original === null) return DECISIONS.added;
    return sameSign(original, final) ? DECISIONS.accepted : DECISIONS.changed;
  }

  // One step: pairs of a bar and its sign; null rejects it, undefined takes the decision back.
  decide(changes) {
    this.#past.push(changes.map(([bar]) => [bar, this.#finals.get(bar)]));
    this.#apply(changes);
  }

  // Takes the last step back; gives the first bar that it was about, or nothing.
  undo() {
    const changes = this.#past.pop();
    if (changes === undefined) return null;
    this.#apply(changes);
    return changes[0]?.[0] ?? null;
  }

  get undoable() {
    return this.#past.length > 0;
  }

  // The signs of a video as they are to be, in order of time, for the timeline; those that overlap have other rows.
  signsOf(video) {
    const found = [...this.#finals].filter(([bar, final]) => final !== null && bar.video === video);
    const rowOf = rowFinder();
    return found
      .sort(([, a], [, b]) => a.start_ms - b.start_ms)
      .map(([of, { sign, start_ms: start, end_ms: end }]) => {
        const told = { name: sign, start, end, row: rowOf(start, end), state: this.decisionOf(of) };
        return { ...told, video, lane: "corrected", of, score: null, beneath: null };
      });
  }

  // The first two signs that are to be in a video at one time, which no tier can hold; null: there are none.
  overlapIn(video) {
    const found = this.signsOf(video);
    const at = found.findIndex((sign, i) => i > 0 && sign.start < found[i - 1].end);
    return at < 0 ? null : [found[at - 1], found[at]];
  }

  // How many spottings and missed signs of a list are not decided.
  left(list) {
    return list.reduce((count, bar) => count + !this.#finals.has(bar), 0);
  }

  file() {
    const edited = new Set([...this.#finals.keys()].map((bar) => bar.video));
    const ofVideos = videos.filter((video) => edited.has(video)).map((video) => this.#ofVideo(video));
    return { format: FORMAT, version: VERSION, run: content.run, videos: ofVideos };
  }

  // Takes what a file says of its videos in the place of what was decided for them. Returns what could not be found.
  load(text) {
    const { format, version, run, videos: read } = JSON.parse(text) ?? {};
    if (format !== FORMAT || version !== VERSION) throw new Error(`it is no file of corrections, version ${VERSION}`);
    if (run !== content.run) throw new Error(`it is of the run ${run}, and this page of the run ${content.run}`);
    if (!Array.isArray(read)) throw new Error("it has no list of videos");
    const changes = read.map((one) => this.#changesOf(one ?? {}));
    this.decide(changes.flatMap(({ found }) => found));
    return changes.reduce((sum, { lost }) => sum + lost, 0);
  }

  // What the browser kept of an earlier visit; it cannot be undone.
  restore() {
    try {
      const kept = videos.map((video) => localStorage.getItem(PLACE + video.name)).filter((text) => text !== null);
      const found = kept.flatMap((text) => this.#changesOf(JSON.parse(text)).found);
      for (const [bar, final] of found) if (final !== undefined) this.#finals.set(bar, final);
    } catch (error) {
      this.ontrouble(`What this browser kept cannot be read (${error.message}). Load your file.`);
    }
    this.onchange();
  }

  #apply(changes) {
    for (const [bar, final] of changes) {
      if (final === undefined) this.#finals.delete(bar);
      else this.#finals.set(bar, final);
    }
    this.#keep(new Set(changes.map(([bar]) => bar.video)));
    this.onchange();
  }

  #keep(changed) {
    try {
      for (const video of changed) localStorage.setItem(PLACE + video.name, JSON.stringify(this.#ofVideo(video)));
      this.ontrouble("");
    } catch (error) {
      this.ontrouble(`This browser cannot keep your corrections (${error.name}). Download them before you leave.`);
    }
  }

  #ofVideo(video) {
    const edits = [...this.#finals]
      .filter(([bar]) => bar.video === video)
      .map(([bar, final]) => ({ state: this.decisionOf(bar).key, original: originalOf(bar), final }));
    const start = ({ final, original }) => (final ?? original).start_ms;
    edits.sort((a, b) => start(a) - start(b));
    return { video: video.name, left: this.left(video.listed), edits };
  }

  // The steps from what is decided for a video to what is read. A sign whose spotting is not on this page is added; that
  // such a spotting was wrong is lost.
  #changesOf({ video: name, edits }) {
    const video = videos.find((each) => each.name === name);
    if (!video) throw new Error(`its video ${name} is not on this page`);
    if (!Array.isArray(edits) || !edits.every(isEdit)) throw new Error(`an edit of its video ${name} is not whole`);
    const found = new Map([...this.#finals.keys()].filter((bar) => bar.video === video).map((bar) => [bar, undefined]));
    const byPlace = new Map(video.listed.map((bar) => [placeOf(originalOf(bar)), bar]));
    let lost = 0;
    for (const { original, final: told } of edits) {
      const final = told && { sign: told.sign.normalize("NFC").trim(), start_ms: told.start_ms, end_ms: told.end_ms };
      const bar = original && byPlace.get(placeOf(original));
      if (bar) found.set(bar, final);
      else if (final !== null) found.set(addedBar(video), final);
      else lost += 1;
    }
    return { found: [...found], lost };
  }
}

const placeOf = ({ sign, start_ms, end_ms }) => `${start_ms} ${end_ms} ${sign}`;
