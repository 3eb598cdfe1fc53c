// The video. It keeps its time also when the browser cannot play the file, so that everything else goes on working.

class Player {
  #element = byId("player");
  #wanted = 0;
  #playWhenReady = false;
  #addresses = [];
  video = null;
  broken = false;
  bar = null;
  looping = false;
  ontime = () => {};

  constructor() {
    const element = this.#element;
    element.addEventListener("loadedmetadata", () => {
      this.#place();
      element.playbackRate = Number(byId("speed").value);
      if (this.#playWhenReady) this.play();
    });
    element.addEventListener("error", () => this.#tryNext());
    for (const name of ["seeked", "timeupdate"]) element.addEventListener(name, () => this.ontime());
    for (const name of ["play", "pause", "emptied"]) element.addEventListener(name, () => this.#showPlaying());
    element.addEventListener("play", () => this.#follow());
    element.addEventListener("click", () => this.toggle());
    byId("play").onclick = () => this.toggle();
    byId("frame-before").onclick = () => this.step(-1);
    byId("frame-after").onclick = () => this.step(1);
    byId("loop").onclick = () => this.loop();
    byId("speed").onchange = (event) => (element.playbackRate = Number(event.target.value));
    byId("sound").onclick = () => {
      element.muted = !element.muted;
      byId("sound").setAttribute("aria-pressed", String(!element.muted));
    };
  }

  load(video) {
    if (video === this.video) return;
    this.video = video;
    this.bar = null;
    this.broken = false;
    this.#playWhenReady = false;
    this.#wanted = video.start;
    this.#addresses = [video.src, copyOf(video.src)];
    byId("unplayable").hidden = true;
    this.#element.hidden = false;
    byId("still").hidden = true;
    this.#tryNext();
  }

  get time() {
    return this.#element.readyState === 0 || this.broken ? this.#wanted : this.#element.currentTime * 1000;
  }

  get paused() {
    return this.#element.paused;
  }

  seek(ms) {
    this.#wanted = Math.min(Math.max(ms, this.video.start), this.video.end);
    if (this.#element.readyState > 0) this.#place();
    this.ontime();
  }

  // To the start of a sign, and plays on from there.
  show(bar) {
    this.load(bar.video);
    this.bar = bar;
    showPicture(byId("still"), bar);
    byId("still").setAttribute("aria-label", `Middle of ${bar.name}`);
    this.seek(bar.start);
    this.play();
  }

  play() {
    if (this.broken) return;
    if (this.#element.readyState === 0) {
      this.#playWhenReady = true;
      return;
    }
    if (this.time >= this.video.end - 1) this.seek(this.video.start);
    // A pause or another video may come before it plays: then there is nothing to do.
    this.#element.play().catch((error) => {
      if (error.name !== "AbortError") this.#showPlaying();
    });
  }

  toggle() {
    if (this.paused) this.play();
    else this.#element.pause();
  }

  // Shows one moment, and stays there.
  hold(ms) {
    this.#element.pause();
    this.#playWhenReady = false;
    this.seek(ms);
  }

  step(frames) {
    const { start, step } = this.video;
    this.hold(start + (Math.floor((this.time - start) / step + 0.01) + frames) * step);
  }

  loop() {
    this.looping = !this.looping;
    byId("loop").setAttribute("aria-pressed", String(this.looping));
    if (this.looping && this.bar) this.show(this.bar);
  }

  // A millisecond in: at the very border of two frames, rounding would decide which one is seen.
  #place() {
    this.#element.currentTime = (this.#wanted + 1) / 1000;
  }

  #follow() {
    if (this.paused) return;
    if (this.looping && this.bar && this.time >= this.bar.end) this.seek(this.bar.start);
    else if (this.time >= this.video.end) this.#element.pause();
    this.ontime();
    requestAnimationFrame(() => this.#follow());
  }

  #showPlaying() {
    byId("play").textContent = this.paused ? "Play" : "Pause";
    byId("play").setAttribute("aria-pressed", String(!this.paused));
    byId("play").disabled = this.broken;
  }

  #tryNext() {
    const next = this.#addresses.shift();
    if (next !== undefined) {
      this.#element.src = next;
      return;
    }
    this.broken = true;
    this.#showPlaying();
    this.#element.hidden = true;
    byId("still").hidden = false;
    showPicture(byId("still"), this.bar);
    byId("unplayable").hidden = false;
    byId("unplayable-name").textContent = this.video.name;
    byId("unplayable-command").textContent = copyCommand(this.video.src);
    this.ontime();
  }
}
