// Skeletons and scores of signs are too much for the page: they lie beside it, in a script for each video, which is
// loaded when the video is opened first.

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

class Tracks {
  #asked = new Set();
  onload = () => {};

  constructor() {
    // The scripts call this name; what they hold is kept with its video.
    window.signspotTracks = (index, { skeleton, signs: scored }) => {
      const video = videos[index];
      if (skeleton) video.skeleton = { ...skeleton, place: bytesOf(skeleton.place) };
      if (scored) video.scored = { ...scored, scores: new Map(Object.entries(scored.scores)) };
      this.onload(video);
    };
  }

  load(video) {
    if (!video.tracked || this.#asked.has(video)) return;
    this.#asked.add(video);
    document.head.append(make("script", { nonce: content.nonce, src: `tracks/${video.index}.js` }));
  }
}
