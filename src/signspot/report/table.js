// A long table that is filtered and sorted, shown a page at a time.

const ROWS = 50;

// Rows that are filtered by text, sorted by their heads, and chosen by a click or by Enter on their button.
class Table {
  #name;
  #sort;
  #columns;
  #rows = [];
  #chosen = null;
  #pages;
  cellsOf = () => [];
  textOf = () => "";
  onchoose = null;

  // Columns have a key, by which the value of a row is found, a text, and whether they begin with the largest value.
  constructor(name, columns, sort) {
    this.#name = name;
    this.#columns = columns;
    this.#sort = sort;
    this.#pages = new Pages(`${name}-page`, ROWS, () => this.#turned());
    const field = byId(`${name}-text`);
    if (field) field.oninput = () => this.#again();
    this.#showHeads();
  }

  fill(rows, columns = this.#columns) {
    this.#rows = rows;
    this.#chosen = null;
    this.#columns = columns;
    this.#showHeads();
    this.#again();
  }

  #showHeads() {
    const heads = byId(`${this.#name}-heads`);
    heads.replaceChildren();
    sortHeads(heads, this.#columns, this.#sort, () => this.#again());
  }

  #again() {
    this.#pages.first();
    this.#draw();
  }

  #turned() {
    this.#draw();
    byId(`${this.#name}-rows`).closest(".scroll").scrollTop = 0;
  }

  #draw() {
    const text = plain(byId(`${this.#name}-text`)?.value.trim() ?? "");
    const found = this.#rows.filter((row) => plain(this.textOf(row)).includes(text));
    const { key, down } = this.#sort;
    const column = this.#columns.find((each) => each.key === key) ?? this.#columns[0];
    const sense = down ? -1 : 1;
    // Rows that are equal keep the order of the files.
    found.sort((a, b) => sense * (column.value(a) - column.value(b)));
    this.#pages.fill(byId(`${this.#name}-rows`), found, (row) => this.#row(row));
    byId(`no-${this.#name}`).hidden = found.length > 0;
  }

  #row(row) {
    const element = make("tr", {}, ...this.cellsOf(row));
    if (this.onchoose) element.onclick = () => this.#choose(row, element);
    if (row === this.#chosen) element.setAttribute("aria-current", "true");
    return element;
  }

  #choose(row, element) {
    this.#chosen = row;
    for (const other of byId(`${this.#name}-rows`).rows) other.removeAttribute("aria-current");
    element.setAttribute("aria-current", "true");
    this.onchoose(row);
  }
}

const numberCell = (text) => make("td", { className: "number" }, text);
const opening = (said, text) => make("button", { type: "button", "aria-label": said }, text);
