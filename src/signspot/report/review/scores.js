// How likely the best sign is over time, and the chosen sign: a strip under the lanes of the timeline, and words for one
// moment.

// What the curve of a video tells of a moment; the time alone, where it tells nothing.
const momentOf = (video, ms) => {
  if (!video.curve) return clock(ms);
  const { start, step, scores, signs: best } = video.curve;
  const i = Math.floor((ms - start) / step);
  return i in scores ? `${clock(ms)}, ${signs[best[i]]}, score ${(scores[i] / 100).toFixed(2)}` : clock(ms);
};

class Scores {
  #video = null;
  #start = 0;
  #length = 1;
  #pointed = false;
  #sign = null;
  // The scores of that sign, a byte for each step; undefined where they are not known.
  #line;
  #canvas = make("canvas", { "aria-hidden": "true" });
  #moment = make("output", { className: "moment", "aria-label": "Likeliest sign", "aria-live": "off" });
  lane = null;

  constructor() {
    const strip = make("div", { className: "strip", role: "img", "aria-label": "Score over time" }, this.#canvas);
    strip.style.setProperty("--rows", 1);
    strip.onpointermove = (event) => {
      const { left, width } = strip.getBoundingClientRect();
      this.#pointed = true;
      this.#tell(this.#start + (this.#length * (event.clientX - left)) / width);
    };
    strip.onpointerleave = () => {
      this.#pointed = false;
      this.show(Number(byId("position").value));
    };
    this.lane = laneOf("Score", strip);
    byId("window").after(this.#moment);
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  load(video) {
    this.#video = video;
    this.#pointed = false;
    this.#moment.hidden = !video.curve;
  }

  // The sign whose scores are drawn as a line, by its name; null: none.
  choose(name) {
    this.#sign = name;
    const text = this.#video.scored?.scores.get(String(signs.indexOf(name)));
    this.#line = text === undefined ? undefined : bytesOf(text);
    this.#draw();
  }

  // The moment of the playhead, unless the pointer asks for another.
  show(time) {
    if (!this.#pointed) this.#tell(time);
  }

  // Another window of the video.
  move(start, length) {
    this.#start = start;
    this.#length = length;
    this.#draw();
  }

  #tell(ms) {
    const { start, step } = this.#video.scored ?? {};
    const score = this.#line?.[Math.floor((ms - start) / step)];
    const chosen = score === undefined ? "" : `; ${this.#sign} ${(score / 255).toFixed(2)}`;
    this.#moment.textContent = momentOf(this.#video, ms) + chosen;
  }

  #draw() {
    const drawn = penOf(this.#canvas);
    if (!drawn || !this.#video?.curve) return;
    const { pen, width, height, colour } = drawn;
    const { start, step, scores } = this.#video.curve;
    const at = (ms) => (width * (ms - this.#start)) / this.#length;
    const first = Math.max(Math.floor((this.#start - start) / step), 0);
    const end = Math.min(this.#start + this.#length, this.#video.end);
    pen.fillStyle = colour("line");
    pen.fillRect(0, Math.floor(height / 2), width, 1);
    // One path: no seams between its steps. Each is a pixel wide at least, so that no peak fades.
    pen.beginPath();
    for (let i = first; i < scores.length && start + i * step < end; i++) {
      const tall = (height * scores[i]) / 100;
      const [from, to] = [at(start + i * step), at(Math.min(start + (i + 1) * step, end))];
      pen.rect(from, height - tall, Math.max(to - from, 1), tall);
    }
    pen.fillStyle = colour(this.#line ? "line" : "uncompared");
    pen.fill();
    if (this.#line) this.#drawLine(pen, height, at, colour);
  }

  // A line through the middles of the steps.
  #drawLine(pen, height, at, colour) {
    const scores = this.#line;
    const { start, step } = this.#video.scored;
    const first = Math.max(Math.floor((this.#start - start) / step) - 1, 0);
    const last = Math.min(Math.ceil((this.#start + this.#length - start) / step), scores.length - 1);
    pen.beginPath();
    for (let i = first; i <= last; i++)
      pen.lineTo(at(start + (i + 0.5) * step), height - 1 - ((height - 2) * scores[i]) / 255);
    pen.strokeStyle = colour("ink");
    pen.lineWidth = 1.5;
    pen.stroke();
  }
}
