// What became of each sign, and what was spotted where it was annotated; every number opens its rows of the list.

const SIGN_ROWS = 100;
// Signs that are named in the place of another one; there may be thousands.
const INSTEAD = 10;

class Signs {
  #sort = { key: "name", down: false };
  #rows = [];
  #pages = new Pages("sign-page", SIGN_ROWS, () => this.#turned());
  onfilter = () => {};

  constructor() {
    byId("signs-note").textContent = annotated
      ? "A false spotting counts for its own sign, and on the right for the annotated sign that it overlaps longest."
      : "These videos are not annotated: nothing is right or wrong.";
    this.#rows = this.#count();
    const columns = [{ key: "name", text: "Sign" }, ...this.#numbers().map((column) => ({ ...column, down: true }))];
    if (annotated) columns.push({ key: "confused", text: "Spotted in its place", down: true, className: "instead" });
    sortHeads(byId("sign-heads"), columns, this.#sort, () => this.#again());
    byId("sign-text").oninput = () => this.#again();
    byId("signs-filter").onsubmit = (event) => event.preventDefault();
  }

  // Drawn when first looked at.
  show() {
    if (byId("sign-rows").childElementCount === 0) this.#draw();
  }

  #numbers() {
    if (!annotated) return [{ key: "spotted", text: "Spotted" }];
    return [
      { key: "annotated", text: "Annotated" },
      { key: "hit", text: "✓ Hit", keys: ["hit"] },
      { key: "boundary", text: "↔ Wrong boundary", keys: ["boundary"] },
      { key: "missed", text: "○ Missed", keys: ["missed"] },
      { key: "wrong", text: "✕ False", keys: ["wrong"] },
    ];
  }

  #count() {
    const none = { annotated: 0, spotted: 0, hit: 0, boundary: 0, missed: 0, wrong: 0, confused: 0 };
    const rows = signs.map((name, sign) => ({ sign, name, ...none, instead: new Map() }));
    for (const { truth, spotted } of videos) {
      for (const bar of truth) {
        rows[bar.sign].annotated += 1;
        if (bar.state.key === "missed") rows[bar.sign].missed += 1;
      }
      for (const bar of spotted) {
        rows[bar.sign].spotted += 1;
        if (bar.state.key in none) rows[bar.sign][bar.state.key] += 1;
        if (bar.beneath === null) continue;
        const { instead } = rows[bar.beneath];
        instead.set(bar.sign, (instead.get(bar.sign) ?? 0) + 1);
        rows[bar.beneath].confused += 1;
      }
    }
    return rows.filter((row) => row.annotated + row.spotted > 0);
  }

  #again() {
    this.#pages.first();
    this.#draw();
  }

  #turned() {
    this.#draw();
    byId("signs-scroll").scrollTop = 0;
  }

  #draw() {
    const { key, down } = this.#sort;
    const value = (row) => (key === "name" ? rankOf[row.sign] : row[key]);
    const sense = down ? -1 : 1;
    this.#rows.sort((a, b) => sense * (value(a) - value(b)) || rankOf[a.sign] - rankOf[b.sign]);
    const text = plain(byId("sign-text").value.trim());
    const found = this.#rows.filter((row) => plain(row.name).includes(text));
    this.#pages.fill(byId("sign-rows"), found, (row) => this.#row(row));
    byId("no-sign").hidden = found.length > 0;
  }

  #row(row) {
    const numbers = this.#numbers().map(({ key, text, keys }) => {
      const number = row[key];
      if (number === 0 || key === "annotated") return make("td", { className: number ? "" : "soft" }, String(number));
      const said = `${row.name}: ${number} ${text}; show them`;
      const show = () => this.onfilter({ sign: row.sign, keys: keys ?? null });
      return make("td", {}, make("button", { type: "button", "aria-label": said, onclick: show }, String(number)));
    });
    const cells = [make("th", { scope: "row" }, row.name), ...numbers];
    if (annotated) cells.push(this.#instead(row));
    return make("tr", {}, ...cells);
  }

  #instead(row) {
    const inOrder = [...row.instead].sort(([a, m], [b, n]) => n - m || rankOf[a] - rankOf[b]);
    const buttons = inOrder.slice(0, INSTEAD).map(([sign, number]) => {
      const show = () => this.onfilter({ sign, keys: ["wrong"], beneath: row.sign });
      const said = `${signs[sign]} spotted ${number} times where ${row.name} is annotated; show them`;
      return make("button", { type: "button", "aria-label": said, onclick: show }, `${signs[sign]} ×${number}`);
    });
    const more = inOrder.length - buttons.length;
    return make("td", { className: "instead" }, ...buttons, more ? `and ${whole(more)} more` : "");
  }
}
