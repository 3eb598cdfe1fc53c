// Body and hands, as they were found, drawn over the video; a switch takes them away.

const BODY_JOINTS = 9;
const HAND_JOINTS = 21;

class Skeleton {
  #canvas = byId("skeleton");
  #player = byId("player");
  #video = null;
  #time = 0;
  #on = true;

  constructor() {
    byId("skeleton-on").onclick = () => this.toggle();
    byId("skeleton-on").hidden = !content.bones;
    for (const name of ["loadedmetadata", "emptied"]) this.#player.addEventListener(name, () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  load(video) {
    this.#video = video;
    this.#draw();
  }

  show(time) {
    this.#time = time;
    this.#draw();
  }

  toggle() {
    this.#on = !this.#on;
    byId("skeleton-on").setAttribute("aria-pressed", String(this.#on));
    this.#draw();
  }

  #draw() {
    const drawn = penOf(this.#canvas);
    const { skeleton } = this.#video ?? {};
    if (!drawn || !skeleton || !this.#on || this.#player.hidden || this.#player.readyState === 0) return;
    const { pen, width, height, colour } = drawn;
    const placeOf = this.#placing(skeleton, width, height);
    if (placeOf === null) return;
    const colours = ["--body", "--left", "--right"].map((name) => colour(name.slice(2)));
    const partOf = (joint) => (joint < BODY_JOINTS ? 0 : joint < BODY_JOINTS + HAND_JOINTS ? 1 : 2);
    pen.lineCap = "round";
    for (const [a, b] of content.bones) {
      const [from, to] = [placeOf(a), placeOf(b)];
      if (from === null || to === null) continue;
      pen.strokeStyle = colours[partOf(b)];
      pen.lineWidth = partOf(b) === 0 ? 3 : 2;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }
  }

  // From a joint to its place on the canvas in the frame that is shown; null, where it was not found.
  #placing({ fps, start, box, place }, width, height) {
    const frame = Math.floor(((this.#time - start) * fps) / 1000 + 1e-3);
    const joints = BODY_JOINTS + 2 * HAND_JOINTS;
    if (frame < 0 || (frame + 1) * joints * 2 > place.length) return null;
    const { videoWidth, videoHeight } = this.#player;
    const scale = Math.min(width / videoWidth, height / videoHeight);
    const [wide, high] = [videoWidth * scale, videoHeight * scale];
    const [left, top] = [(width - wide) / 2, (height - high) / 2];
    return (joint) => {
      const at = 2 * (frame * joints + joint);
      if (place[at] === 0) return null;
      const [x, y] = [0, 1].map((axis) => box[axis] + (box[axis + 2] * (place[at + axis] - 1)) / 254);
      return [left + wide * x, top + high * y];
    };
  }
}
