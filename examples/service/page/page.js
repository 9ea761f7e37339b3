// The page about the page: chooses a visitor, asks the door, shows what was decided. Whatever changes is asked anew and told
// in a live region; the focus stays where it was. What is shown is of one answer and of what was asked for it, however late the
// next one comes.

import { ask, devices, hours, personas } from "/page/personas.js";
import { LAST_STEP, fresh, site } from "/page/task.js";
import { bounded, reasonsFor, why } from "/page/why.js";
import {
  assistances, assistanceNames, assistanceTells, byChannel, channelName, layouts, layoutNames, layoutTells, list, needNames, safe,
} from "/page/words.js";

const $ = (id) => document.getElementById(id);
const IN_USE = "web";
const find = (all, key) => all.find((one) => one.key === key);
const noWish = (persona) => ({ layout: "", assistance: "", needs: { ...persona.profile.needs } });

const asked = new URLSearchParams(location.search);
const first = find(personas, asked.get("visitor")) ?? personas[0];
const state = {
  persona: first,
  device: find(devices, asked.get("device")) ?? find(devices, first.device),
  hour: find(hours, asked.get("hour")) ?? hours[0],
  wish: noWish(first),
  /** Whether the visitor begins anew with the next answer. */
  begins: true,
};
/** The last answer, with what it answers. */
let shown = null;
/** What the visitors have chosen on their pages. */
const tasks = new Map();
const task = () => tasks.get(shown.persona.key);
if (layouts.includes(asked.get("layout"))) state.wish.layout = asked.get("layout");
if (assistances.includes(asked.get("assistance"))) state.wish.assistance = asked.get("assistance");
const named = (parameter) => (asked.get(parameter) ?? "").split(",").filter((need) => need in needNames);
for (const need of named("needs")) state.wish.needs[need] ??= "preferred";
for (const need of named("without")) delete state.wish.needs[need];

// The choosers.

const radio = (name, value, isChosen, inner) =>
  `<label class="pick"><input type="radio" name="${name}" id="${name}-${value || "auto"}" value="${value}" ${isChosen ? "checked" : ""}><span>${inner}</span></label>`;

function drawChoosers() {
  $("personas").innerHTML = personas.map((one) => radio("visitor", one.key, one === state.persona,
    `<span class="face" aria-hidden="true">${one.name[0]}</span><span><b>${one.name}</b> <small>${one.tells}</small></span>`)).join("");
  $("devices").innerHTML = devices.map((one) => radio("device", one.key, one === state.device, one.name)).join("");
  $("hours").innerHTML = hours.map((one) => radio("hour", one.key, one === state.hour, one.name)).join("");
  drawWishes();
}
function drawWishes() {
  $("wish-layout").innerHTML = radio("layout", "", !state.wish.layout, "You decide")
    + layouts.map((level) => radio("layout", level, state.wish.layout === level, layoutNames[level])).join("");
  $("wish-assistance").innerHTML = radio("assistance", "", !state.wish.assistance, "You decide")
    + assistances.map((level) => radio("assistance", level, state.wish.assistance === level, assistanceNames[level])).join("");
  $("wish-needs").innerHTML = Object.entries(needNames).map(([need, name]) =>
    `<label class="pick"><input type="checkbox" name="need" id="need-${need}" value="${need}" ${state.wish.needs[need] ? "checked" : ""}><span>${name}</span></label>`).join("");
}
/** The chooser follows what is chosen without being drawn anew: whoever stands in it stays there. */
const set = (id, isChosen = true) => { $(id).checked = isChosen; };

$("chooser").addEventListener("change", ({ target }) => {
  if (target.name === "visitor") {
    state.persona = find(personas, target.value);
    state.device = find(devices, state.persona.device);
    state.wish = noWish(state.persona);
    // Whose page stands there goes on with it.
    state.begins = state.persona !== shown?.persona;
    set(`device-${state.device.key}`);
    drawWishes();
  } else if (target.name === "device") state.device = find(devices, target.value);
  else state.hour = find(hours, target.value);
  decide();
});
$("wishes").addEventListener("change", ({ target }) => {
  if (target.name === "need") {
    // What the visitor says on this page is meant.
    if (target.checked) state.wish.needs[target.value] = state.persona.profile.needs?.[target.value] ?? "required";
    else delete state.wish.needs[target.value];
  } else state.wish[target.name] = target.value;
  decide();
});
$("undo").addEventListener("click", () => {
  state.wish = noWish(state.persona);
  drawWishes();
  decide();
});
for (const form of [$("chooser"), $("wishes")]) form.addEventListener("submit", (event) => event.preventDefault());

// The decision.

const PATIENCE = 8_000;
const AGAIN = 4_000;

let asks = 0;
async function decide() {
  const number = ++asks;
  const about = { ...state, wish: structuredClone(state.wish) };
  remember();
  try {
    const response = await fetch("/page/explain", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(ask(about)),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await response.json();
    if (number !== asks) return;
    if (!response.ok && response.status < 500) {
      unanswered(`The service cannot decide for this visitor: ${[answer.detail, ...(answer.problems ?? []).map(({ message }) => message)].join(": ")}.`);
      return;
    }
    if (!response.ok) throw new Error(answer.detail);
    const before = shown?.explanation;
    shown = { ...about, explanation: answer };
    if (about.begins) tasks.set(about.persona.key, fresh(about.persona.today));
    state.begins = false;
    draw();
    tell(before, answer);
  } catch {
    if (number !== asks) return;
    unanswered("The service does not answer. It is asked again every few seconds.");
    setTimeout(() => number === asks && decide(), AGAIN);
  }
}

/** Says so; who sees the page of an earlier answer learns whose it is, who sees none is not left alone. */
function unanswered(why) {
  const last = shown ? ` What you see is the last decision, for ${shown.persona.name}.` : "";
  const text = `${why}${last}`;
  if ($("told").textContent !== text) $("told").textContent = text;
  if (shown) return;
  $("verdict-title").textContent = "Nothing is decided yet";
  $("site").className = "frame";
  $("site").innerHTML = '<p class="quiet">To change your plan, call us on 555 0100.</p>';
}

function remember() {
  const query = new URLSearchParams({ visitor: state.persona.key, device: state.device.key, hour: state.hour.key });
  for (const axis of ["layout", "assistance"]) if (state.wish[axis]) query.set(axis, state.wish[axis]);
  const own = Object.keys(state.wish.needs).filter((need) => !state.persona.profile.needs?.[need]);
  if (own.length) query.set("needs", own.join(","));
  const withdrawn = Object.keys(state.persona.profile.needs ?? {}).filter((need) => !state.wish.needs[need]);
  if (withdrawn.length) query.set("without", withdrawn.join(","));
  history.replaceState(null, "", `?${query}`);
}

function draw() {
  const { explanation, persona, wish } = shown;
  const notices = bounded(explanation, wish, IN_USE);
  drawVerdict();
  drawSite(notices);
  document.documentElement.classList.toggle("is-still", explanation.adaptations?.includes("reduced_motion"));
  $("because").innerHTML = why(explanation, wish);
  $("bounded").innerHTML = notices.map((text) => `<p class="notice">${safe(text)}</p>`).join("");
  $("site").setAttribute("aria-label", `The page as ${persona.name} sees it`);
}

const dial = (name, levels, level, names, tells) => `<div class="dial"><h3>${name}</h3>
  <p class="big">${names[level]}</p><p>${tells[level]}</p>
  <ol aria-hidden="true">${levels.map((one) => `<li class="${levels.indexOf(one) <= levels.indexOf(level) ? "on" : ""}"></li>`).join("")}</ol></div>`;

function drawVerdict() {
  const { explanation: { experience, layout_in_use: layout, alternatives, reasons, way_out: way }, persona } = shown;
  const { channel, assistance } = experience;
  const because = [reasons.channel, reasons.assistance, reasons.layout].find((reason) => reason.because)?.because
    ?? reasonsFor(shown.explanation)[0];
  $("verdict-title").textContent = `${persona.name} is served like this`;
  $("lead").textContent = because ? `“${because.charAt(0).toUpperCase()}${because.slice(1)}.”` : "Nothing special is needed: the usual page, with the usual help.";
  $("dials").innerHTML = dial("Page", layouts, layout, layoutNames, layoutTells)
    + dial("Help", assistances, assistance, assistanceNames,
      assistance === "human" && way && !way.open ? { human: "as soon as somebody is there" } : assistanceTells)
    + `<div class="dial"><h3>Channel</h3><p class="big">${safe(cap(channelName(channel)))}</p>
      <p>${channel === IN_USE ? "where they are now" : `we would serve ${persona.name} ${safe(byChannel(channel))} today; this page stays as it is`}</p>
      <p class="next">${alternatives.length ? `Or: ${safe(list(alternatives.map(channelName)))}` : "There is no other"}</p></div>`;
}
const cap = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Draws the visitor's page; whoever stands in it stays at the same place, or at its title if that is gone. */
function drawSite(notices = bounded(shown.explanation, shown.wish, IN_USE), to = null) {
  const { explanation, persona, device, hour } = shown;
  const frame = $("site");
  const at = frame.contains(document.activeElement) ? document.activeElement.id : null;
  const helpWasOpen = frame.dataset.visitor === persona.key && $("help-how")?.hidden === false;
  frame.dataset.visitor = persona.key;
  frame.className = "frame";
  frame.dataset.device = device.key;
  frame.dataset.layout = explanation.layout_in_use;
  frame.dataset.assistance = explanation.experience.assistance;
  for (const need of explanation.adaptations ?? []) frame.classList.add(`with-${need}`);
  frame.innerHTML = `<div class="site">${site(explanation, persona, hour, task(), notices)}</div>`;
  showHelp(helpWasOpen);
  const firstOrChosen = () => frame.querySelector("input:checked") ?? frame.querySelector("input");
  if (to) (($(to)?.tagName === "LEGEND" ? firstOrChosen() : $(to)) ?? $("site-title")).focus();
  else if (at) ($(at) ?? $("site-title")).focus({ preventScroll: true });
  say(to);
}

function showHelp(isOpen) {
  if (!$("help-button")) return;
  $("help-button").setAttribute("aria-expanded", String(isOpen));
  $("help-how").hidden = !isOpen;
}

/** Whose page was drawn, and what stood there to be said. */
let last = { persona: null, texts: [] };
/** Says what has changed, to who does not see it, in a region that is not drawn anew. What gets the focus is read anyway. */
function say(inFocus) {
  const { persona } = shown;
  const marked = [...$("site").querySelectorAll("[data-said]")];
  const texts = marked.map((one) => one.dataset.said || one.textContent);
  const isNew = (text, number) => marked[number].id !== inFocus && !last.texts.includes(text);
  $("said").textContent = persona === last.persona ? texts.filter(isNew).join(" ") : "";
  last = { persona, texts };
}

function tell(before, now) {
  const says = (e) => [
    ["page", `${layoutNames[e.layout_in_use]}: ${layoutTells[e.layout_in_use]}`],
    ["help", `${assistanceNames[e.experience.assistance]}: ${assistanceTells[e.experience.assistance]}`],
    ["channel", channelName(e.experience.channel)],
    ["way to a person", e.way_out ? `${channelName(e.way_out.channel)}, ${e.way_out.open ? "open now" : "closed now"}` : "none"],
    ["made to fit", list((e.adaptations ?? []).map((need) => needNames[need] ?? need)) || "nothing"],
  ];
  const old = before ? says(before) : [];
  const changed = says(now).filter(([, text], number) => text !== old[number]?.[1]);
  const notices = bounded(now, shown.wish, IN_USE);
  const text = [
    !before ? "" : changed.length ? `What changed: ${changed.map(([name, text]) => `${name}: ${text}`).join("; ")}.` : "Nothing changed.",
    ...notices,
  ].join(" ");
  $("told").textContent = text.trim();
}

// What happens on the visitor's page.

$("site").addEventListener("change", ({ target }) => {
  const chosen = task();
  if (target.name === "plan" || target.name === "when") chosen[target.name] = target.value;
  else if (target.name === "extras") chosen.extras = target.checked ? [...chosen.extras, target.value] : chosen.extras.filter((one) => one !== target.value);
  else if (target.name === "gb" || target.name === "price") chosen.filters[target.name] = Number(target.value);
  else if (target.name === "sort") chosen.sort = target.value;
  else return;
  drawSite();
});
$("site").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = task();
  const isEssential = shown.explanation.layout_in_use === "essential";
  if (!chosen.plan) {
    const offered = [...$("site").querySelectorAll("input[name=plan]")];
    $("missing").textContent = offered.length ? "Please choose a plan first." : "No plan fits your filters. Take less data, or a higher price.";
    for (const one of offered) one.setAttribute("aria-invalid", "true");
    // Where there is no plan, the filters are what can be mended.
    const toMend = offered.length ? offered : [$("filter-gb"), $("filter-price")];
    for (const one of toMend) one.setAttribute("aria-describedby", "missing");
    toMend[0].focus();
    return;
  }
  if (isEssential && chosen.step < LAST_STEP) chosen.step += 1;
  else chosen.done = true;
  drawSite(undefined, "question");
});
$("site").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  switch (button.dataset.do) {
    case "help": showHelp(button.getAttribute("aria-expanded") !== "true"); break;
    case "time": task().time = { hour: shown.hour.key, text: button.textContent }; drawSite(undefined, "agreed"); break;
    case "back": task().step -= 1; drawSite(undefined, "question"); break;
    // What was agreed by word of mouth holds, whatever is changed next.
    case "again": tasks.set(shown.persona.key, { ...fresh(shown.persona.today), time: task().time }); drawSite(undefined, "site-title"); break;
  }
});

drawChoosers();
decide();
