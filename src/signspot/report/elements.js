// What the pages with scripts share. Glosses and names are other people's text: they only ever become textContent.

const byId = (id) => document.getElementById(id);

const alphabet = new Intl.Collator(undefined, { numeric: true });
// The place of each name in the order of the alphabet.
const ranksOf = (names) => {
  const ranks = [];
  [...names.keys()].sort((a, b) => alphabet.compare(names[a], names[b])).forEach((name, rank) => (ranks[name] = rank));
  return ranks;
};

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const countBy = (list, keyOf) => {
  const counts = new Map();
  for (const one of list) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
};

const whole = (number) => number.toLocaleString("en");
const clock = (ms) => {
  const hundredths = Math.round(ms / 10);
  const minutes = Math.floor(hundredths / 6000);
  return `${minutes}:${((hundredths % 6000) / 100).toFixed(2).padStart(5, "0")}`;
};
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

// An element with properties, and children that are elements or text.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "scope") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
};

// Heads of a table that sort it: a button each, the order told to screen readers as well.
const sortHeads = (row, columns, sort, changed) => {
  const show = () =>
    columns.forEach(({ key }, i) => {
      const order = key === null || key !== sort.key ? "none" : sort.down ? "descending" : "ascending";
      row.children[i].setAttribute("aria-sort", order);
    });
  const choose = (column) => {
    sort.down = sort.key === column.key ? !sort.down : Boolean(column.down);
    sort.key = column.key;
    show();
    changed();
  };
  for (const column of columns) {
    const head = make("th", { scope: "col", role: "columnheader", className: column.className ?? "" });
    if (column.key === null) head.append(make("span", { className: "off" }, column.text));
    else head.append(make("button", { type: "button", onclick: () => choose(column) }, column.text));
    row.append(head);
  }
  show();
};

// Where a copy that every browser plays would lie: beside the video.
const copyOf = (src) => `${src.replace(/\.[^./]*$/, "")}.review.mp4`;

const copyCommand = (src) => {
  const [video, copy] = [src, copyOf(src)].map((address) => {
    const path = decodeURIComponent(new URL(address, location.href).pathname);
    return `'${path.replaceAll("'", "'\\''")}'`;
  });
  return `ffmpeg -i ${video} -c:v libx264 -crf 20 -pix_fmt yuv420p ${copy}`;
};
