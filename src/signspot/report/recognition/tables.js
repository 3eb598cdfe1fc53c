// What the tables of a stream have in common.

// Of the shares, the first has a bar.
const shareCells = (shares) =>
  shares.map((share, i) => make("td", { className: "number" }, ...(i === 0 ? [barOf(share)] : []), percent(share)));
const shareColumns = (tops) =>
  tops.map((top, i) => ({
    key: top,
    text: `top ${top.slice(3)}`,
    className: "number",
    down: true,
    value: (row) => row.shares[i] ?? -1,
  }));
const clipsColumn = { key: "clips", text: "clips", className: "number", down: true, value: (row) => row.clips };
