// Long tables come a page at a time: only its rows are in the document, and two buttons turn it.
// Screen readers are told how long the whole table is, and which of its rows these are.

class Pages {
  #name;
  #size;
  #at = 0;

  // The buttons and the text bear the name; `draw` shows another page.
  constructor(name, size, draw) {
    this.#name = name;
    this.#size = size;
    const turn = (by, there, back) => {
      byId(there).onclick = () => {
        this.#at += by;
        draw();
        // A button that is off loses the focus, and with it the place of those who use keys.
        if (byId(there).disabled) byId(back).focus();
      };
    };
    turn(-1, `${name}-before`, `${name}-after`);
    turn(1, `${name}-after`, `${name}-before`);
  }

  first() {
    this.#at = 0;
  }

  // Turns to the page of a place in the list.
  show(place) {
    this.#at = Math.floor(place / this.#size);
  }

  // Shows the rows of the page in the body of a table, each made by `row`; the text tells which these are.
  fill(body, rows, row) {
    const first = this.#at * this.#size;
    const shown = rows.slice(first, first + this.#size);
    const last = first + shown.length;
    byId(this.#name).textContent = last ? `${whole(first + 1)} to ${whole(last)} of ${whole(rows.length)}` : "";
    byId(`${this.#name}-before`).disabled = this.#at === 0;
    byId(`${this.#name}-after`).disabled = first + this.#size >= rows.length;
    body.closest("table").setAttribute("aria-rowcount", String(rows.length + 1));
    body.replaceChildren(...shown.map(row));
    // The heads are row 1.
    [...body.rows].forEach((each, i) => each.setAttribute("aria-rowindex", String(first + i + 2)));
  }
}
