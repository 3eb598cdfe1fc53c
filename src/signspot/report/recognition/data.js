// The content of the page as objects.

const content = JSON.parse(byId("data").textContent);
const { signs } = content;
const rankOf = ranksOf(signs);

// A clip as one stream recognises it: its best signs and their probabilities, the best first.
const streams = content.streams.map((stream) => {
  const clips = stream.clips.map(([number, best, likely]) => {
    const [video, start, end, sign] = content.clips[number];
    return { video: content.videos[video], start, end, sign, best, likely, right: best[0] === sign };
  });
  return { ...stream, clips };
});

const percent = (share, digits = 1) => (share === null ? "–" : `${(100 * share).toFixed(digits)} %`);
const barOf = (share) => {
  const fill = make("span");
  const bar = make("span", { className: "bar", "aria-hidden": "true" }, fill);
  fill.style.setProperty("--share", String(share ?? 0));
  return bar;
};

// The clip of a sign that was recognised most surely: what it is meant to look like.
const surest = (stream, sign) => {
  const right = stream.clips.filter((clip) => clip.right && clip.sign === sign);
  return right.reduce((best, clip) => (best === null || clip.likely[0] > best.likely[0] ? clip : best), null);
};
