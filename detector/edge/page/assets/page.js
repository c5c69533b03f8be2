// The page: takes the stream of events, keeps the newest revision of each alert, draws what changed.

import { CATEGORIES, bar, card, day, dollars, make, many, short, whole, words } from "./card.js";

const SHOWN = 40; // cards drawn before the button: a screen holds six
const RESOLVED = 8;
const SPARK = 120; // rates kept, one a second: two minutes
const QUIET_MS = 10_000; // between two announcements to a screen reader
const KEPT = 500; // alerts kept, as on the worker's board

const SEVERITIES = ["critical", "warning", "info"];
const DISPOSITIONS = { judged: "Judged", repeat: "Repeats, passed over", late: "Too late to judge", dead: "Dead letters" };

const $ = (id) => document.getElementById(id);
const alerts = new Map(); // alert_id -> newest revision
const cards = new Map(); // alert_id -> its element in the list
const rates = [];
let category = "all";
let shown = SHOWN;
let announced = 0;

// --- drawing

const drawn = new Map(); // element id -> what it was drawn from
function changed(id, data) { // redraw only what says something new: selections stay, screen readers stay silent
  const key = JSON.stringify(data);
  return drawn.get(id) !== key && drawn.set(id, key);
}

// --- the lists

const rank = (alert) => [SEVERITIES.indexOf(alert.severity), Object.keys(CATEGORIES).indexOf(alert.category), -alert.at_stake.cost_usd];
const graver = (a, b) => { const [x, y] = [rank(a), rank(b)]; return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || (a.alert_id < b.alert_id ? -1 : 1); };

function take(records) {
  for (const alert of records) {
    const known = alerts.get(alert.alert_id);
    if (known && known.revision >= alert.revision) continue;
    alerts.delete(alert.alert_id); // so that the map's order is the order of the news
    alerts.set(alert.alert_id, alert);
    const old = cards.get(alert.alert_id);
    const fresh = card(alert);
    if (old?.open) fresh.open = true;
    if (!known) fresh.classList.add("news");
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(fresh);
      if (focused) fresh.firstElementChild.focus({ preventScroll: true });
    }
    cards.set(alert.alert_id, fresh);
  }
  while (alerts.size > KEPT) drop([...alerts.values()].find((alert) => alert.status === "resolved") ?? alerts.values().next().value);
  drawList();
  drawResolved();
}

function drop(alert) {
  alerts.delete(alert.alert_id);
  cards.delete(alert.alert_id);
}

function drawList() {
  const firing = [...alerts.values()].filter((alert) => alert.status === "firing").sort(graver);
  const wanted = firing.filter((alert) => category === "all" || alert.category === category);
  arrange($("list"), wanted.slice(0, shown).map((alert) => cards.get(alert.alert_id)));
  $("more").hidden = wanted.length <= shown;
  $("more").textContent = `Show ${many(wanted.length - shown, "more alert")}`;
  $("empty").hidden = wanted.length > 0;
  $("empty").textContent = firing.length ? "Nothing of this category fires." : "Nothing fires.";
  drawFilter(firing);
  announce(firing);
}

function arrange(parent, elements) {
  const focused = document.activeElement;
  const items = elements.map((element) => element.parentElement ?? make("li", {}, element));
  for (const child of [...parent.children]) if (!items.includes(child)) child.remove();
  items.forEach((item, at) => { if (parent.children[at] !== item) parent.insertBefore(item, parent.children[at] ?? null); });
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

function drawFilter(firing) {
  for (const label of $("filter").querySelectorAll("label")) {
    const name = label.firstElementChild.value;
    const count = name === "all" ? firing.length : firing.filter((alert) => alert.category === name).length;
    label.querySelector("b").textContent = whole.format(count);
  }
}

function drawResolved() {
  const over = [...alerts.values()].filter((alert) => alert.status === "resolved").reverse().slice(0, RESOLVED);
  const open = new Set([...$("resolved").querySelectorAll("details[open]")].map((details) => details.dataset.id));
  const focused = document.activeElement?.closest?.("#resolved details")?.dataset.id;
  $("resolved").replaceChildren(...over.map((alert) => {
    const details = make("details", { "data-id": alert.alert_id },
      make("summary", {}, make("span", {}, words(alert.typology)), make("span", {}, dollars(alert.at_stake.cost_usd)),
        make("small", {}, `${alert.user_id}, ${day(alert.ends_at)}`)),
      make("p", {}, alert.summary));
    details.open = open.has(alert.alert_id);
    return make("li", {}, details);
  }));
  $("unresolved").hidden = over.length > 0;
  if (focused) $("resolved").querySelector(`[data-id="${CSS.escape(focused)}"] summary`)?.focus({ preventScroll: true });
}

function announce(firing) {
  if (Date.now() - announced < QUIET_MS) return;
  announced = Date.now();
  const critical = firing.filter((alert) => alert.severity === "critical").length;
  $("announce").textContent = `${many(firing.length, "alert")} firing, ${critical} critical`;
}

// --- the head and the side

function look(summary) {
  state(summary.ready ? "ready" : "fault", summary.ready ? "Ready" : `Not ready: ${summary.faults.join(", ")}`);
  $("who").textContent = `Worker ${summary.worker}, version ${summary.version}`;
  if (changed("notice", summary.board_fault)) {
    $("notice").hidden = summary.board_fault == null;
    $("notice").textContent = `The list may be behind: ${summary.board_fault}.`;
  }
  for (const name of ["kafka", "redis"]) {
    $(name).dataset.up = summary.servers[name];
    $(name).title = summary.servers[name] ? "answers" : "does not answer";
  }
  const age = summary.checkpoint_age_seconds;
  $("checkpoint").textContent = age == null ? "No checkpoint yet" : `Checkpoint ${age < 60 ? `${Math.round(age)} s` : `${Math.round(age / 60)} min`} ago`;
  $("lag").textContent = whole.format(summary.lag_records);
  $("partitions").textContent = summary.partitions == null ? "No partitions yet" : `Holds ${summary.partitions_held} of ${many(summary.partitions, "partition")}`;
  drawRate(summary);
  if (changed("board", summary.board)) drawBoard(summary.board);
  if (changed("records", summary.records)) drawRecords(summary.records);
}

function drawRate(summary) {
  $("rate").textContent = summary.rate == null ? "–" : whole.format(Math.round(summary.rate));
  if (summary.rate == null || rates.at(-1)?.at === summary.at) return;
  rates.push({ at: summary.at, rate: summary.rate });
  if (rates.length > SPARK) rates.shift();
  const most = Math.max(1, ...rates.map((sample) => sample.rate));
  const points = rates.map((sample, at) => `${SPARK - rates.length + at},${30 - (28 * sample.rate) / most}`).join(" ");
  $("spark").replaceChildren(make("svg:polyline", { points }));
}

function drawBoard(board) {
  document.title = board.firing ? `(${board.firing}) Tokenmaxxing detector` : "Tokenmaxxing detector";
  $("firing").textContent = whole.format(board.firing);
  const severities = SEVERITIES.filter((name) => board.severities[name]).map((name) => `${board.severities[name]} ${name}`);
  $("severities").textContent = severities.join(", ") || `${whole.format(board.resolved)} resolved`;
  $("cost").textContent = dollars(board.cost_usd);
  $("tokens").textContent = `${short.format(board.tokens)} tokens, spikes aside`;
  const mixed = Object.entries(board.typologies).sort(([a, x], [b, y]) => y.firing - x.firing || y.resolved - x.resolved || (a < b ? -1 : 1));
  const most = Math.max(1, ...mixed.map(([, counts]) => counts.firing));
  $("mix").replaceChildren(...mixed.map(([name, counts]) => make("div", { class: "mixed" },
    make("span", {}, words(name)),
    make("span", {}, counts.firing ? `${counts.firing} firing, ${dollars(counts.cost_usd)}` : `${counts.resolved} resolved`),
    bar(counts.firing / most, `${counts.firing} firing, ${counts.resolved} resolved`, "mix"))));
  if (!mixed.length) $("mix").append(make("p", { class: "empty" }, "No alert yet."));
}

function drawRecords(records) {
  const by = { judged: 0, repeat: 0, late: 0, dead: 0 };
  const kinds = {};
  for (const [name, count] of Object.entries(records)) {
    const [kind, disposition] = name.split(":");
    by[disposition] = (by[disposition] ?? 0) + count;
    kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  const all = Object.values(by).reduce((sum, count) => sum + count, 0);
  $("judged").textContent = `${whole.format(all)} so far`;
  $("records").replaceChildren(
    make("caption", {}, all ? ["invocation", "outcome", "label"].filter((kind) => kinds[kind]).map((kind) => many(kinds[kind], kind)).join(", ") : "No record yet."),
    make("tbody", {}, ...Object.entries(by).map(([name, count]) => make("tr", {}, make("th", { scope: "row" }, DISPOSITIONS[name] ?? words(name)),
      make("td", {}, whole.format(count)), make("td", {}, all ? share(count / all) : "")))));
}

const share = (x) => (x > 0 && x < 0.001 ? "< 0.1 %" : `${(100 * x).toFixed(1)} %`);

function state(name, text) {
  if ($("state").textContent === text) return;
  $("state").dataset.state = name;
  $("state").textContent = text;
}

// --- to life

function connect() {
  const stream = new EventSource("api/v1/stream");
  stream.addEventListener("summary", (event) => look(JSON.parse(event.data)));
  stream.addEventListener("afresh", () => { [...alerts.values()].forEach(drop); take([]); }); // another worker, or somebody was erased
  stream.addEventListener("alerts", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    state("fault", "No connection, trying again");
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 3000); // refused: the browser gives up by itself
  });
}

for (const [name, text] of [["all", "All"], ...Object.entries(CATEGORIES)]) {
  const input = make("input", { type: "radio", name: "category", value: name });
  input.checked = name === "all";
  input.addEventListener("change", () => { category = name; shown = SHOWN; drawList(); });
  $("filter").append(make("label", {}, input, text, make("b", {}, "0")));
}
$("more").addEventListener("click", () => { shown = Infinity; drawList(); });
drawList();
connect();
