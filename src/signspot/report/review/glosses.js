// A field for a gloss that proposes those of the vocabulary: whatever holds the letters, with accents or without.

const PROPOSED = 8;

class GlossField {
  #field = byId("gloss");
  #list = byId("glosses");
  #proposed = [];
  #at = -1;
  ongloss = () => {};
  oncancel = () => {};

  constructor() {
    const field = this.#field;
    field.oninput = () => this.#propose();
    field.onkeydown = (event) => this.#key(event);
    field.onblur = () => this.#leave();
    // A press on a proposal must not take the focus, which would close the list before the click comes.
    this.#list.onpointerdown = (event) => event.preventDefault();
  }

  get value() {
    return this.#field.value;
  }

  set value(text) {
    this.#field.value = text;
  }

  set disabled(off) {
    this.#field.disabled = off;
  }

  focus() {
    this.#field.disabled = false;
    this.#field.focus();
    this.#field.select();
  }

  #key(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") this.#move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Enter") this.#take(this.#proposed[this.#at] ?? this.#field.value);
    else if (key === "Escape") this.#leave();
    else return;
    event.preventDefault();
  }

  // First those that begin with the letters, each half in the order of the alphabet.
  #propose() {
    const text = plain(this.#field.value.trim());
    const found = text === "" ? [] : vocabulary.filter((gloss) => plain(gloss).includes(text));
    const begins = (gloss) => plain(gloss).startsWith(text);
    this.#proposed = [...found.filter(begins), ...found.filter((gloss) => !begins(gloss))].slice(0, PROPOSED);
    this.#at = -1;
    this.#draw();
  }

  #move(by) {
    const count = this.#proposed.length;
    if (count > 0) this.#at = (Math.max(this.#at, by < 0 ? 0 : -1) + by + count) % count;
    this.#draw();
  }

  #draw() {
    const options = this.#proposed.map((gloss, i) => {
      const said = { id: `gloss-${i}`, role: "option", "aria-selected": String(i === this.#at) };
      return make("li", { ...said, onclick: () => this.#take(gloss) }, gloss);
    });
    this.#list.replaceChildren(...options);
    this.#list.hidden = options.length === 0;
    this.#field.setAttribute("aria-expanded", String(options.length > 0));
    this.#field.setAttribute("aria-activedescendant", this.#at < 0 ? "" : `gloss-${this.#at}`);
  }

  // Not left to the event alone, which a window without focus does not send.
  #leave() {
    this.#proposed = [];
    this.#at = -1;
    this.#draw();
    if (document.activeElement === this.#field) this.#field.blur();
    this.oncancel();
  }

  // What is written without accents or capitals is the gloss of the vocabulary that has them.
  #take(text) {
    const written = text.normalize("NFC").trim();
    const alike = (gloss) => plain(gloss) === plain(written);
    const gloss = vocabulary.includes(written) ? written : (vocabulary.find(alike) ?? written);
    if (gloss !== "") this.ongloss(gloss);
    this.#leave();
  }
}
