// A video element that plays exactly one clip, from its start to its end, again and again or once.

class Player {
  #element;
  #addresses = [];
  #clip = null;
  looping = true;
  onchange = () => {};
  onbroken = () => {};

  constructor(element) {
    this.#element = element;
    element.addEventListener("loadedmetadata", () => this.#begin());
    element.addEventListener("error", () => this.#tryNext());
    element.addEventListener("ended", () => this.#atEnd());
    element.addEventListener("play", () => this.#follow());
    for (const name of ["play", "pause", "emptied"]) element.addEventListener(name, () => this.onchange());
  }

  get paused() {
    return this.#element.paused;
  }

  set speed(rate) {
    this.#element.playbackRate = this.#element.defaultPlaybackRate = rate;
  }

  // Null: nothing is shown.
  show(clip) {
    const before = this.#clip;
    this.#clip = clip;
    if (clip === null) this.#element.pause();
    else if (before?.video === clip.video && this.#element.readyState > 0) this.#begin();
    else {
      this.#addresses = [clip.video.src, copyOf(clip.video.src)];
      this.#tryNext();
    }
  }

  play() {
    if (this.#clip === null || this.#element.readyState === 0) return;
    if (this.#isOver()) this.#seek();
    // A pause or another video may come before it plays: then there is nothing to do.
    this.#element.play().catch((error) => {
      if (error.name !== "AbortError") this.onchange();
    });
  }

  pause() {
    this.#element.pause();
  }

  #begin() {
    this.#seek();
    this.play();
  }

  // A millisecond in: at the very border of two frames, rounding would decide which one is seen.
  #seek() {
    this.#element.currentTime = (this.#clip.start + 1) / 1000;
  }

  #isOver() {
    return this.#element.currentTime * 1000 >= this.#clip.end - 1;
  }

  #follow() {
    if (this.paused) return;
    if (!this.#element.seeking && this.#isOver()) this.#atEnd();
    requestAnimationFrame(() => this.#follow());
  }

  #atEnd() {
    if (!this.looping) {
      this.#element.pause();
      return;
    }
    this.#seek();
    if (this.paused) this.play();
  }

  #tryNext() {
    const next = this.#addresses.shift();
    if (next === undefined) this.onbroken(this.#clip.video);
    else this.#element.src = next;
  }
}

// No address of a video plays: the page names a command that makes a copy which does.
const showBroken = (video) => {
  byId("unplayable").hidden = false;
  byId("unplayable-name").textContent = video.name;
  byId("unplayable-command").textContent = copyCommand(video.src);
};

// The buttons of a page for its players, which play, pause, loop and change their speed together.
const connectButtons = (...players) => {
  const [first] = players;
  first.onchange = () => (byId("play").textContent = first.paused ? "Play" : "Pause");
  byId("play").onclick = () => {
    const { paused } = first;
    for (const player of players) paused ? player.play() : player.pause();
  };
  byId("loop").onclick = () => {
    const looping = !first.looping;
    for (const player of players) player.looping = looping;
    byId("loop").setAttribute("aria-pressed", String(looping));
  };
  byId("speed").onchange = (event) => {
    for (const player of players) player.speed = Number(event.target.value);
  };
  for (const player of players) player.onbroken = showBroken;
};
