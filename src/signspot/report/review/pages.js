// Long tables come a page at a time: only its rows are in the document, and two buttons turn it.

class Pages {
  #name;
  #size;
  #at = 0;

  // The buttons and the text bear the name; `draw` shows another page.
  constructor(name, size, draw) {
    this.#name = name;
    this.#size = size;
    const turn = (by) => () => {
      this.#at += by;
      draw();
    };
    byId(`${name}-before`).onclick = turn(-1);
    byId(`${name}-after`).onclick = turn(1);
  }

  first() {
    this.#at = 0;
  }

  // Turns to the page of a place in the list.
  show(place) {
    this.#at = Math.floor(place / this.#size);
  }

  // The rows of the page; the text tells which these are.
  of(rows) {
    const first = this.#at * this.#size;
    const shown = rows.slice(first, first + this.#size);
    const last = first + shown.length;
    byId(this.#name).textContent = last ? `${whole(first + 1)} to ${whole(last)} of ${whole(rows.length)}` : "";
    byId(`${this.#name}-before`).disabled = this.#at === 0;
    byId(`${this.#name}-after`).disabled = first + this.#size >= rows.length;
    return shown;
  }
}
