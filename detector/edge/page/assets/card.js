// One alert as a card, and what all drawing needs: words, numbers, elements.
// Everything shown comes from clients of an agent platform and is hostile until shown otherwise: it enters the page as
// text (never as HTML), and only http(s) addresses become links.

export const CATEGORIES = { tokenmaxxing: "Tokenmaxxing", waste: "Waste", spike: "Spike", data_quality: "Data quality" };

// --- words and numbers

export const whole = new Intl.NumberFormat("en");
export const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export const words = (name) => String(name).replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase());
export const dollars = (usd) => (usd >= 1000 ? `$${whole.format(Math.round(usd))}` : `$${usd.toFixed(2)}`);
const percent = (share) => `${Math.round(100 * share)} %`;
export const day = (time) => (isNaN(Date.parse(time)) ? "" : clock.format(Date.parse(time)));
const when = (time) => `${day(time)} UTC`;
export const many = (n, one) => `${whole.format(n)} ${n === 1 ? one : `${one}s`}`;
const number = (x) => (Number.isInteger(x) || Math.abs(x) >= 100 ? whole.format(Math.round(x)) : String(+x.toPrecision(3)));

// --- elements

export function make(name, attributes, ...children) {
  const element = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

export function bar(share, label, className) {
  const width = Math.max(share > 0 ? 1.5 : 0, 100 * Math.min(1, share)); // a sliver is still seen
  return make("svg:svg", { class: className, viewBox: "0 0 100 6", preserveAspectRatio: "none", role: "img", "aria-label": label },
    make("svg:rect", { class: "all", width: 100, height: 6, rx: 1.5 }),
    make("svg:rect", { class: "part", width, height: 6, rx: 1.5 }));
}

const facts = (pairs) => make("dl", { class: "table" }, ...pairs.flatMap(([name, value]) => value ? [make("dt", {}, name), make("dd", {}, value)] : []));
const list = (title, items) => items.length ? make("div", {}, make("h4", {}, title), make("ul", { class: "plain" }, ...items.map((item) => make("li", {}, item)))) : null;

// --- one alert

export function card(alert) {
  const details = make("details", { class: "card", "data-severity": alert.severity, "data-id": alert.alert_id });
  details.append(headOf(alert));
  details.addEventListener("toggle", () => { // the body is made when it is looked at
    if (details.open && details.childElementCount === 1) details.append(bodyOf(alert));
  });
  return details;
}

function headOf(alert) {
  return make("summary", {},
    make("div", { class: "head" },
      make("span", { class: "severity" }, words(alert.severity)),
      make("h3", {}, words(alert.typology)),
      make("span", { class: "category" }, CATEGORIES[alert.category] ?? words(alert.category))),
    make("div", { class: "stake" }, dollars(alert.at_stake.cost_usd), make("small", {}, many(alert.at_stake.invocations, "call"))),
    make("p", { class: "sentence" }, alert.summary),
    make("div", { class: "facts" },
      make("span", { class: "chips" }, ...alert.families.map((family) => make("span", { class: "chip" }, family))),
      make("span", {}, [alert.user_id, alert.team_id].filter(Boolean).join(" in ")),
      make("span", {}, `since ${when(alert.starts_at)}`),
      make("span", { class: "more-of-it", "aria-hidden": "true" })));
}

function bodyOf(alert) {
  const work = alert.workload;
  const code = (text) => text && make("code", {}, text);
  return make("div", { class: "body" },
    make("div", {}, make("h4", {}, "What speaks for it"), make("ol", { class: "reasons" }, ...alert.reasons.map(reason))),
    make("div", { class: "two" }, list("It could also be", alert.could_also_be), list("Ruled out", alert.ruled_out)),
    make("div", { class: "two" },
      make("div", {}, make("h4", {}, "What it rests on"), facts([
        ["History", `${many(alert.history.events, "call")} on ${many(alert.history.days, "day")}`],
        ["Outcomes known", percent(alert.outcome_coverage)],
        ["Score", `${alert.score.toFixed(2)}, told from ${alert.threshold.toFixed(2)}`],
        ["Confidence", percent(alert.confidence)],
        ["At stake", `${dollars(alert.at_stake.cost_usd)}, ${short.format(alert.at_stake.tokens)} tokens`],
        ["Last raised", when(alert.raised_at)],
        ["Over", alert.ends_at && `${when(alert.ends_at)}, unless it goes on`]])),
      make("div", {}, make("h4", {}, "The workload"), facts([
        ["Agent", work.agent], ["Project", work.project], ["Session", code(work.session_id)], ["Root", code(work.root_id)],
        ["Template", code(work.template_hash)], ["Tenant", alert.tenant_id],
        ["Alert", make("span", {}, code(alert.alert_id), ` revision ${alert.revision}`)],
        ["Judged by", code(`${alert.produced_by.detector_version} ${alert.produced_by.config_digest} ${alert.produced_by.model_digest}`)],
        ["Runbook", /^https?:\/\//i.test(alert.runbook_url ?? "") && make("a", { href: alert.runbook_url, rel: "noreferrer" }, "what to do")]]))));
}

function reason(found) {
  const share = ["ratio", "share"].includes(found.unit);
  const unit = found.unit && !share ? ` ${found.unit}` : "";
  const told = share ? percent : number;
  const against = make("p", { class: "against" }, `${words(found.feature)}: `, make("b", {}, told(found.value) + unit),
    found.baseline == null ? "" : `, usual here ${told(found.baseline)}`,
    found.cohort == null ? "" : `, usual for others ${told(found.cohort)}`);
  return make("li", {}, bar(found.contribution, `${percent(found.contribution)} of the evidence`, "weight"),
    make("div", {}, make("p", {}, found.text), against));
}
