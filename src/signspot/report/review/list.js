// The list of spottings and missed signs: filtered, sorted, and shown a page at a time, however long it is.

const ROWS = 50;

class List {
  #sort = { key: "time", down: false };
  #found = [];
  #pages = new Pages("page", ROWS, () => this.#turned());
  #chosen = null;
  #beneath = null;
  #checks = new Map();
  #corrections;
  onchoose = () => {};

  constructor(corrections) {
    this.#corrections = corrections;
    const columns = [
      { key: null, text: "Picture", className: "picture" },
      { key: "sign", text: "Sign", className: "sign" },
      { key: "state", text: "State", className: "state" },
      { key: "time", text: "Time", className: "time" },
      { key: "video", text: "Video", className: "video" },
      { key: "score", text: "Score", className: "score", down: true },
    ];
    sortHeads(byId("heads"), columns, this.#sort, () => this.refresh());
    this.#fillChoices();
    byId("filter").onsubmit = (event) => event.preventDefault();
    byId("filter").onreset = () => setTimeout(() => this.filter({}));
    byId("filter").oninput = (event) => {
      if (event.target.id === "score") byId("score-number").value = event.target.value;
      if (event.target.id === "score-number") byId("score").value = event.target.value || 0;
      this.refresh();
    };
    byId("beneath").onclick = () => {
      this.#beneath = null;
      this.refresh();
    };
  }

  // Shows what matches, and nothing else: a sign, keys of states, the sign beneath; what is left out is free.
  filter({ sign = "", keys = null, beneath = null }) {
    byId("filter").querySelectorAll("input[type=search]").forEach((input) => (input.value = ""));
    byId("score").value = byId("score-number").value = 0;
    byId("in-video").value = byId("decision").value = "";
    byId("sign").value = String(sign);
    for (const [key, check] of this.#checks) check.checked = keys === null || keys.includes(key);
    this.#beneath = beneath;
    this.refresh();
  }

  refresh() {
    const text = plain(byId("text").value.trim());
    const names = signs.map((name) => plain(name).includes(text));
    const [sign, video] = [byId("sign").value, byId("in-video").value];
    const [least, decision] = [Number(byId("score").value), byId("decision").value];
    const checked = new Set([...this.#checks].filter(([, check]) => check.checked).map(([key]) => key));
    this.#found = items.filter(
      (item) =>
        names[item.sign] &&
        (sign === "" || item.sign === Number(sign)) &&
        (video === "" || item.video.index === Number(video)) &&
        (item.lane === "truth" || least === 0 || item.score >= least) &&
        checked.has(item.state.key) &&
        (decision === "" || decision === (this.#corrections.decisionOf(item)?.key ?? "left")) &&
        (this.#beneath === null || item.beneath === this.#beneath),
    );
    this.#order();
    byId("beneath").hidden = this.#beneath === null;
    byId("beneath").textContent = this.#beneath === null ? "" : `where ${signs[this.#beneath]} is annotated ✕`;
    byId("count").textContent = `${whole(this.#found.length)} of ${whole(items.length)}`;
    this.#pages.first();
    this.#draw();
  }

  choose(bar) {
    this.#chosen = bar;
    const place = this.#found.indexOf(bar);
    if (place >= 0) this.#pages.show(place);
    this.#draw();
    // Where the page itself scrolls, it stays with the video.
    const { scrollHeight, clientHeight } = byId("rows-scroll");
    const row = byId("rows").querySelector("[aria-current]");
    if (row && scrollHeight > clientHeight) row.scrollIntoView({ block: "nearest" });
  }

  // The item so many places on in the list; without a chosen one, its first.
  neighbour(by) {
    const place = this.#found.indexOf(this.#chosen);
    return place < 0 ? this.#found[0] : this.#found[place + by];
  }

  // The first of the list after the chosen one, or else of the whole list, that is not decided.
  nextLeft() {
    const place = this.#found.indexOf(this.#chosen);
    const inOrder = [...this.#found.slice(place + 1), ...this.#found.slice(0, place + 1)];
    return inOrder.find((item) => this.#corrections.finalOf(item) === undefined);
  }

  // Shows what was decided since. All that matched the filter stays, so that nothing jumps.
  redraw() {
    this.#draw();
  }

  #fillChoices() {
    const bySign = countBy(items, (item) => item.sign);
    const inOrder = [...bySign.keys()].sort((a, b) => rankOf[a] - rankOf[b]);
    const choice = (value, text) => make("option", { value: String(value) }, text);
    const named = inOrder.map((sign) => choice(sign, `${signs[sign]} (${whole(bySign.get(sign))})`));
    byId("sign").append(choice("", "any"), ...named);
    byId("in-video").append(choice("", "any"), ...videos.map((video) => choice(video.index, video.name)));
    const byState = countBy(items, (item) => item.state.key);
    for (const state of states) {
      if (!byState.has(state.key) && !(annotated && COMPARED.includes(state.key))) continue;
      const check = make("input", { type: "checkbox", checked: true, value: state.key });
      this.#checks.set(state.key, check);
      const text = `${state.text} (${whole(byState.get(state.key) ?? 0)})`;
      byId("states").append(make("label", {}, check, symbolOf(state), text));
    }
    byId("states").hidden = this.#checks.size < 2;
  }

  #order() {
    const value = {
      sign: (item) => rankOf[item.sign],
      state: (item) => states.indexOf(item.state),
      time: (item) => item.order,
      video: (item) => item.video.index,
      score: (item) => item.score ?? -1,
    }[this.#sort.key];
    const sense = this.#sort.down ? -1 : 1;
    this.#found.sort((a, b) => sense * (value(a) - value(b)) || a.order - b.order);
  }

  #turned() {
    this.#draw();
    byId("rows-scroll").scrollTop = 0;
  }

  #draw() {
    this.#pages.fill(byId("rows"), this.#found, (item) => this.#row(item));
    byId("nothing").hidden = this.#found.length > 0;
  }

  #row(item) {
    const cell = (className, ...children) => make("td", { className, role: "cell" }, ...children);
    const picture = make("div", { className: "thumbnail" });
    showPicture(picture, item);
    const said = { "aria-label": `Play ${describe(item)}` };
    const open = make("button", { type: "button", className: "open", ...said }, item.name);
    const decision = this.#corrections.decisionOf(item);
    const decided = decision ? [make("small", { className: "decision" }, this.#told(item, decision))] : [];
    const row = make(
      "tr",
      { role: "row", onclick: () => this.onchoose(item) },
      cell("picture", picture),
      cell("sign", open, ...decided),
      cell("state", symbolOf(item.state), make("span", {}, stateText(item))),
      cell("time", `${clock(item.start)} `, make("small", {}, seconds(item.end - item.start))),
      cell("video", item.video.name),
      cell("score", item.score === null ? "–" : item.score.toFixed(2)),
    );
    if (item === this.#chosen) row.setAttribute("aria-current", "true");
    return row;
  }

  #told(item, decision) {
    const sign = this.#corrections.finalOf(item)?.sign ?? item.name;
    return `${decision.symbol} ${decision.text}${sign === item.name ? "" : ` to ${sign}`}`;
  }
}
