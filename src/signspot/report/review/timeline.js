// Truth above spottings, corrected signs and scores: a window of the video to read and choose signs in, and the whole
// video below it.

class Timeline {
  #video = null;
  #windows = [];
  #zoom = 0;
  #start = 0;
  #shown = "";
  #chosen = null;
  #scores = new Scores();
  #corrections;
  onchoose = () => {};
  onseek = () => {};

  constructor(corrections) {
    this.#corrections = corrections;
    byId("zoom-in").onclick = () => this.zoom(-1);
    byId("zoom-out").onclick = () => this.zoom(1);
    byId("position").oninput = (event) => this.onseek(Number(event.target.value));
    byId("lanes").addEventListener("click", (event) => {
      const strip = event.target.closest(".strip");
      if (!strip || event.target.closest("button")) return;
      const { left, width } = strip.getBoundingClientRect();
      this.onseek(this.#start + (this.#length * (event.clientX - left)) / width);
    });
    new ResizeObserver(() => this.#drawOverview()).observe(byId("overview"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#drawOverview());
    const present = new Set(videos.flatMap((video) => [...video.truth, ...video.spotted].map((bar) => bar.state)));
    const shown = states.filter((state) => present.has(state));
    byId("key").append(...shown.map((state) => make("li", {}, symbolOf(state), state.text)));
  }

  load(video) {
    if (video === this.#video) return;
    this.#video = video;
    const whole = Math.max(video.end - video.start, 1);
    this.#windows = [...[2, 5, 10, 20, 60, 180].map((s) => s * 1000).filter((ms) => ms < whole), whole];
    const fitting = byId("lanes").clientWidth > 700 ? 10_000 : 5_000;
    this.#zoom = Math.max(this.#windows.findLastIndex((ms) => ms <= fitting), 0);
    this.#start = video.start;
    this.#shown = "";
    this.#scores.load(video);
    Object.assign(byId("position"), { min: video.start, max: video.end, step: video.step, value: video.start });
    this.#drawOverview();
  }

  zoom(by) {
    const middle = Number(byId("position").value);
    this.#zoom = Math.min(Math.max(this.#zoom + by, 0), this.#windows.length - 1);
    this.#start = this.#clamped(middle - this.#length / 2);
    this.show(middle);
  }

  choose(bar) {
    this.#chosen = bar;
    this.#shown = "";
    this.#chooseScores();
  }

  // Draws again what was decided since.
  refresh() {
    this.#shown = "";
    this.#chooseScores();
    this.show(Number(byId("position").value));
  }

  // Moves the playhead, and the window when the playhead leaves it.
  show(time) {
    if (time < this.#start || time >= this.#start + this.#length) this.#start = this.#clamped(time - this.#length / 8);
    const shown = `${this.#start} ${this.#length}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#drawWindow();
      this.#drawOverview();
      this.#scores.move(this.#start, this.#length);
    }
    const share = (time - this.#start) / this.#length;
    byId("lanes").style.setProperty("--playhead", Math.min(Math.max(share, 0), 1));
    byId("position").value = time;
    byId("position").setAttribute("aria-valuetext", momentOf(this.#video, time));
    this.#scores.show(time);
    const whole = (time - this.#video.start) / Math.max(this.#video.end - this.#video.start, 1);
    byId("overview").parentElement.style.setProperty("--playhead", Math.min(Math.max(whole, 0), 1));
  }

  // The scores of the chosen sign under the name that it has now.
  #chooseScores() {
    const bar = this.#chosen;
    this.#scores.choose(bar && (this.#corrections.finalOf(bar)?.sign ?? bar.name));
  }

  get #length() {
    return this.#windows[this.#zoom];
  }

  #clamped(start) {
    return Math.max(Math.min(start, this.#video.end - this.#length), this.#video.start);
  }

  #drawWindow() {
    const end = this.#start + this.#length;
    byId("window").textContent = `${clock(this.#start)} to ${clock(end)}`;
    byId("zoom-in").disabled = this.#zoom === 0;
    byId("zoom-out").disabled = this.#zoom === this.#windows.length - 1;
    const lanes = [["Spotted", this.#video.spotted]];
    if (this.#video.annotated) lanes.unshift(["Truth", this.#video.truth]);
    const corrected = this.#corrections.signsOf(this.#video);
    if (corrected.length > 0) lanes.push(["Corrected", corrected]);
    const drawn = lanes.map(([name, bars]) => this.#lane(name, bars, end));
    if (this.#video.curve) drawn.push(this.#scores.lane);
    byId("lanes").replaceChildren(...drawn, this.#axis(end));
  }

  #lane(name, bars, end) {
    const strip = make("div", { className: "strip", role: "group", "aria-label": name });
    for (const bar of bars) {
      if (bar.end <= this.#start || bar.start >= end) continue;
      strip.append(this.#bar(bar));
    }
    // The same height all through a video: nothing jumps as the window moves on.
    strip.style.setProperty("--rows", bars.reduce((most, bar) => Math.max(most, bar.row + 1), 1));
    return laneOf(name, strip);
  }

  #bar(bar) {
    const text = describe(bar);
    const said = { title: text, "aria-label": text, className: `bar ${bar.state.key}` };
    const button = make("button", { type: "button", ...said, onclick: () => this.onchoose(bar.of ?? bar) });
    const room = (byId("lanes").clientWidth * (bar.end - bar.start)) / this.#length;
    for (const [words, least] of [[bar.state.symbol, 14], [bar.name, 24]])
      if (room >= least) button.append(make("span", { "aria-hidden": "true" }, words));
    button.classList.toggle("taken-out", this.#corrections.finalOf(bar) === null);
    if ((bar.of ?? bar) === this.#chosen) button.setAttribute("aria-current", "true");
    button.style.setProperty("--from", (bar.start - this.#start) / this.#length);
    button.style.setProperty("--for", (bar.end - bar.start) / this.#length);
    button.style.setProperty("--row", bar.row);
    return button;
  }

  #axis(end) {
    const axis = make("div", { className: "axis", "aria-hidden": "true" });
    const most = Math.max(byId("lanes").clientWidth / 70, 2);
    const steps = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
    const step = steps.find((s) => this.#length / (s * 1000) <= most) ?? 7200;
    for (let at = Math.ceil(this.#start / (step * 1000)) * step; at * 1000 < end; at += step) {
      const tick = make("span", {}, step < 1 ? clock(at * 1000) : clock(at * 1000).slice(0, -3));
      tick.style.setProperty("--from", (at * 1000 - this.#start) / this.#length);
      axis.append(tick);
    }
    return axis;
  }

  // The whole video: hits are short marks, wrong boundaries longer, false and missed ones full.
  #drawOverview() {
    const drawn = penOf(byId("overview"));
    if (!drawn || !this.#video) return;
    const { pen, width, height, colour } = drawn;
    const { start, end, truth, spotted, annotated } = this.#video;
    const at = (ms) => (width * (ms - start)) / Math.max(end - start, 1);
    pen.fillStyle = colour("window");
    pen.fillRect(at(this.#start), 0, Math.max(at(this.#start + this.#length) - at(this.#start), 2), height);
    const share = { hit: 0.4, boundary: 0.7, wrong: 1, missed: 1, outside: 0.3, uncompared: 0.7 };
    const half = annotated ? height / 2 - 1 : height;
    for (const bar of [...truth, ...spotted]) {
      const tall = half * share[bar.state.key];
      pen.fillStyle = colour(bar.state.key);
      const top = bar.lane === "truth" ? half - tall : height - half;
      pen.fillRect(at(bar.start), top, Math.max(at(bar.end) - at(bar.start), 1), tall);
    }
  }
}
