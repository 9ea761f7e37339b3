// The page of the visitor: one task, “change my plan”, in four layouts with five kinds of help. What comes in: an explanation,
// the visitor, and what they have chosen so far. What goes out: HTML. What was chosen is the same in every layout. What a choice
// leads to is marked with `data-said`: the words in which it is said when it changes.

import { byChannel, channelName, planTells, reachTells, safe, voice } from "/page/words.js";

const plans = [
  { key: "s", name: "Small", gb: 3, price: 15, speed: "50 Mbit/s", abroad: "none", lines: 1 },
  { key: "m", name: "Medium", gb: 15, price: 25, speed: "150 Mbit/s", abroad: "Europe", lines: 1 },
  { key: "l", name: "Large", gb: 50, price: 35, speed: "300 Mbit/s", abroad: "Europe", lines: 1 },
  { key: "xl", name: "Max", gb: Infinity, price: 49, speed: "full speed", abroad: "Europe", lines: 1 },
  { key: "family", name: "Family", gb: 80, price: 79, speed: "300 Mbit/s", abroad: "Europe", lines: 4 },
  { key: "travel", name: "Travel", gb: 25, price: 45, speed: "300 Mbit/s", abroad: "40 countries", lines: 1 },
];
const extras = [
  { key: "roam", name: "World pass", price: 6 }, { key: "twin", name: "Second SIM", price: 4 }, { key: "care", name: "Screen insurance", price: 7 },
];
const usage = [2.1, 2.4, 3.9, 5.2, 4.1, 4.6, 6.2, 8.9, 5.5, 4.8, 5.1, 6.0];
const months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"];

export const fresh = (today) => ({ today, plan: null, when: "next", extras: [], step: 1, done: false, filters: { gb: 0, price: 90 }, sort: "price", time: null });
export const LAST_STEP = 3;

const gb = (plan) => (plan.gb === Infinity ? "no limit" : `${plan.gb} GB`);
const plan = (key) => plans.find((one) => one.key === key);
const sum = (task) => (plan(task.plan ?? task.today)?.price ?? 0)
  + chosenExtras(task).reduce((all, { price }) => all + price, 0);

/** All that the layouts share. */
function view(explanation, persona, hour, task) {
  const adapt = new Set(explanation.adaptations);
  const isPlain = adapt.has("plain_language");
  const help = explanation.experience.assistance;
  return {
    layout: explanation.layout_in_use, help, adapt, isPlain, hour, t: voice(isPlain), tells: planTells(isPlain), task, persona,
    wayOut: explanation.way_out,
    hints: help === "hints", guides: ["guided", "callback", "human"].includes(help), few: adapt.has("fewer_choices"),
  };
}

export function site(explanation, persona, hour, task, notices) {
  const v = view(explanation, persona, hour, task);
  const body = task.done ? done(v) : { essential, simple, standard, rich }[v.layout](v);
  return `<div class="bar">
      <p class="logo"><img src="/page/icon.svg" alt="" width="24" height="24"> Harbour Mobile</p>
      ${wayOut(v)}
    </div>
    <div class="sheet">
      ${v.layout === "rich" && !task.done ? `<nav class="within" aria-label="On this page"><ul><li><a href="#use">Your use</a></li><li><a href="#compare">Compare</a></li><li><a href="#order">Your order</a></li></ul></nav>` : ""}
      <h2 id="site-title" tabindex="-1">${v.t.title}</h2>
      ${notices.map((text) => `<p class="notice">${safe(text)}</p>`).join("")}
      ${person(v)}
      ${v.guides && !task.done ? progress(v) : ""}
      ${v.layout === "essential" ? "" : kept(v)}
      <form id="task" class="task" autocomplete="off">${body}</form>
      ${v.layout === "essential" ? kept(v) : ""}
    </div>`;
}

/** The way to a person: first after the name of the house, whatever the layout. */
function wayOut({ wayOut: way }) {
  if (!way) return "";
  const now = way.open ? "open now" : "closed now";
  return `<div class="help" id="help"><button type="button" id="help-button" data-do="help" aria-expanded="false" aria-controls="help-how">
      <span>Reach a person: <strong>${safe(channelName(way.channel))}</strong></span> <span class="open ${way.open ? "is-open" : ""}">${now}</span></button>
    <p id="help-how" hidden>${safe(reachTells[way.channel] ?? `A person answers ${byChannel(way.channel)}.`)}${way.open ? "" : " Nobody is there at this hour."}</p></div>`;
}

/** A person who gets back, or is there. */
function person(v) {
  const writes = v.adapt.has("no_voice_calls");
  // Somebody is there for those whom the policy keeps a channel for; for this visitor, at this hour, nobody is.
  const isAway = v.help === "human" && v.wayOut && !v.wayOut.open;
  if (v.help === "callback" || isAway) {
    const times = v.hour.times;
    // What was agreed at another hour, “today” say, is not so at this one.
    const agreed = v.task.time?.hour === v.hour.key;
    const lapsed = v.task.time && !agreed ? '<p class="soft" id="lapsed" data-said>It is another hour now: please choose a time again.</p>' : "";
    return `<section class="person" aria-labelledby="person-title"><span class="face" aria-hidden="true">M</span><div>
      <h3 id="person-title">${isAway ? "Nobody is there at this hour. " : ""}${writes ? "We write back to you" : "We call you back"}</h3>
      ${agreed ? `<p id="agreed" tabindex="-1" data-said>Agreed: ${safe(v.task.time.text)}. Maria ${writes ? "writes to" : "calls"} you. You can go on here meanwhile.</p>`
        : `${lapsed}<fieldset class="times"><legend>${v.isPlain ? "When?" : "Maria looks after you. When does it suit you?"}</legend>
        ${times.map((time, number) => `<button type="button" id="time-${number}" data-do="time">${time}</button>`).join("")}</fieldset>`}
      </div></section>`;
  }
  if (v.help === "human") {
    const how = v.wayOut ? byChannel(v.wayOut.channel) : "here";
    return `<section class="person now" aria-labelledby="person-title"><span class="face" aria-hidden="true">M</span><div>
      <h3 id="person-title">Maria is with you now</h3>
      <p>${v.isPlain ? `${v.adapt.has("no_voice_calls") ? "Write" : "Talk"} to her ${safe(how)}. She sees this page too.` : `She is there ${safe(how)}, sees the same page, and goes through it with you.`}
      ${safe(reachTells[v.wayOut?.channel] ?? "")}</p></div></section>`;
  }
  return "";
}

function progress({ task, layout, isPlain }) {
  const at = layout === "essential" ? task.step : task.plan ? 3 : 1;
  const steps = isPlain ? ["Pick", "Start", "Check"] : ["Choose a plan", "Choose the start", "Check and confirm"];
  return `<ol class="progress" aria-label="Your progress">${steps.map((name, number) => {
    const state = number + 1 < at ? "past" : number + 1 === at ? "at" : "to-come";
    return `<li class="${state}" ${state === "at" ? 'aria-current="step"' : ""}><span class="dot" aria-hidden="true">${state === "past" ? "✓" : number + 1}</span>${name}${state === "past" ? '<span class="unseen">, done</span>' : ""}</li>`;
  }).join("")}</ol>`;
}

/** What a need asks to be said. */
function kept({ adapt }) {
  const said = [
    adapt.has("extra_time") && "No time limit: take as long as you like.",
    adapt.has("keyboard_only") && "Keyboard: Tab moves on, the arrows choose, Enter continues.",
    adapt.has("low_data") && "Light page: no pictures, no charts.",
    adapt.has("captions") && "All our films have captions.",
  ].filter(Boolean);
  return said.length ? `<ul class="kept">${said.map((text) => `<li>${text}</li>`).join("")}</ul>` : "";
}

const tip = (v, id, text, plainText) =>
  (v.hints ? `<p class="tip" id="${id}">${v.isPlain ? plainText : text}</p>` : "");
const step = (v, text, plainText) => (v.guides ? `<p class="step">${v.isPlain ? plainText : text}</p>` : "");
/** Whether a choice is a good one, said at once to who is guided. */
function checked(v) {
  const chosen = plan(v.task.plan);
  if (!v.guides || !chosen) return "";
  const most = Math.max(...usage);
  const text = chosen.key === v.task.today ? "This is the plan that you have today."
    : chosen.gb >= most ? `${chosen.name} is enough: your busiest month took ${most} GB.`
      : `${chosen.name} may be too small: your busiest month took ${most} GB. You can still choose it.`;
  return `<p class="checked" id="checked" data-said="${text}">${chosen.gb >= most ? "✓ " : ""}${text}</p>`;
}

const radio = (name, value, chosen, inner, id = `${name}-${value}`, more = "") =>
  `<label class="choice ${chosen ? "is-chosen" : ""}" for="${id}"><input type="radio" name="${name}" id="${id}" value="${value}" ${chosen ? "checked" : ""} ${more}><span>${inner}</span></label>`;

function whenFields(v) {
  return `<fieldset><legend>${v.t.when}</legend>${tip(v, "tip-when", "From the next bill on, nothing is charged twice.", "1 December is best.")}
    <div class="choices whens">${radio("when", "next", v.task.when === "next", v.t.next)}${radio("when", "now", v.task.when === "now", v.t.now)}</div></fieldset>`;
}
/** The first ones, and what is chosen, wherever it was. */
const offered = (v, most) => plans.filter((one, number) => number < (v.few ? 2 : most) || one.key === v.task.plan);
const chosenExtras = (task) => extras.filter(({ key }) => task.extras.includes(key));
const today = (v) => plan(v.task.today) ?? plans[0];
const saidSum = (v) => `data-said="In all $${sum(v.task)} ${v.t.monthly}."`;
const submit = (v) => `<button type="submit" id="confirm" class="go">${v.t.confirm}</button><p class="soft">${v.t.why}</p>`;

// One question a screen.
function essential(v) {
  const { task, t } = v;
  const chosen = plan(task.plan);
  const screen = {
    1: () => `<fieldset><legend class="question" id="question">${t.howMuch}</legend>
      ${v.few ? step(v, "Think of a usual day. If you are not sure, take the first one.", "Not sure? Take the first one.")
    : step(v, "Think of a usual day. If you are not sure, take the middle one.", "Not sure? Take the middle one.")}
      <div class="choices">${offered(v, 3).map((one) => radio("plan", one.key, task.plan === one.key,
    `<b>${v.tells[one.key]}</b><small>${gb(one)}, $${one.price} ${t.monthly}</small>`)).join("")}</div>${checked(v)}</fieldset>`,
    2: () => `<fieldset><legend class="question" id="question">${t.when}</legend>
      ${step(v, "Most people begin with the next bill: then nothing is charged twice.", "Most people take 1 December.")}
      <div class="choices">${radio("when", "next", task.when === "next", `<b>${t.next}</b>`)}${radio("when", "now", task.when === "now", `<b>${t.now}</b>`)}</div></fieldset>`,
    3: () => `<h3 class="question" id="question" tabindex="-1">${t.check}</h3>
      ${step(v, "Read it once more. Nothing has been changed yet.", "Nothing is changed yet.")}
      <dl class="sum"><div><dt>${t.newPlan}</dt><dd>${chosen?.name}, ${gb(chosen)}</dd></div><div><dt>${t.when}</dt><dd>${task.when === "now" ? t.now : t.next}</dd></div>
      ${chosenExtras(task).map((one) => `<div><dt>${one.name}</dt><dd>$${one.price} ${t.monthly}</dd></div>`).join("")}
      <div><dt>Price</dt><dd>$${sum(task)} ${t.monthly}</dd></div></dl>`,
  }[task.step]();
  return `${v.guides ? "" : `<p class="count" id="count">Question ${task.step} of ${LAST_STEP}</p>`}${screen}
    <p class="missing" id="missing" role="status"></p>
    <div class="steps">${task.step > 1 ? `<button type="button" id="back" data-do="back">${t.back}</button>` : ""}
    ${task.step < LAST_STEP ? `<button type="submit" id="go" class="go" data-next>${t.go}</button>` : `<button type="submit" id="go" class="go">${t.confirm}</button>`}</div>`;
}

// One short column.
function simple(v) {
  const { task, t } = v;
  return `<p class="today">${t.today}: <strong>${today(v).name}</strong>, ${gb(today(v))}, $${today(v).price} ${t.monthly}</p>
    <fieldset><legend>${t.newPlan}</legend>
    ${tip(v, "tip-plan", "You use about 5 GB a month.", "You use 5 GB a month.")}
    ${step(v, "First, the plan. You use about 5 GB a month; 15 GB leave room for more.", "You use 5 GB a month.")}
    <div class="choices">${offered(v, 4).map((one) => radio("plan", one.key, task.plan === one.key,
    `<b>${one.name}</b> <small>${gb(one)}</small> <i>$${one.price}</i>`)).join("")}</div>${checked(v)}</fieldset>
    ${step(v, "Then, the start. With the next bill nothing is charged twice.", "Then, the start.")}
    ${whenFields(v)}
    ${extraFields(v, chosenExtras(task))}
    ${step(v, "Last, look at the price, and confirm.", "Last, say yes.")}
    <p class="total" id="total" ${task.plan ? saidSum(v) : ""}>${task.plan ? `$${sum(task)} ${t.monthly}` : t.choose}</p><p class="missing" id="missing" role="status"></p>${submit(v)}`;
}

// The usual page: cards, and the order beside them.
function standard(v) {
  const { task, t } = v;
  return `<div class="columns"><div>
    <fieldset><legend>${t.newPlan}</legend>
    ${tip(v, "tip-plan", "You use about 5 GB a month; your busiest month took 8.9 GB.", "You use 5 GB a month.")}
    ${step(v, "<b>Step 1.</b> Choose a plan. Your busiest month took 8.9 GB, so Medium leaves room.", "<b>Step 1.</b> Pick a plan.")}
    <div class="choices cards">${offered(v, 4).map((one) => radio("plan", one.key, task.plan === one.key,
    `<b>${one.name}</b><i>$${one.price}<small> ${t.monthly}</small></i><em>${gb(one)}</em><small>${v.tells[one.key]}</small><small>${one.speed}</small>${one.key === task.today ? '<u>Yours today</u>' : ""}`)).join("")}</div>${checked(v)}</fieldset>
    ${step(v, "<b>Step 2.</b> Choose when it begins.", "<b>Step 2.</b> Pick a start.")}
    ${whenFields(v)}
    ${extraFields(v, v.few ? chosenExtras(task) : extras)}
    </div>${order(v)}</div>`;
}

function extraFields(v, shown) {
  return !shown.length ? "" : `<fieldset><legend>${v.t.extras}</legend>${tip(v, "tip-extras", "You can add and remove them every month.", "You can change them.")}
    <div class="choices rowed">${shown.map((one) => `<label class="choice ${v.task.extras.includes(one.key) ? "is-chosen" : ""}" for="extra-${one.key}"><input type="checkbox" name="extras" id="extra-${one.key}" value="${one.key}" ${v.task.extras.includes(one.key) ? "checked" : ""}><span>${one.name} <i>$${one.price}</i></span></label>`).join("")}</div></fieldset>`;
}

function order(v) {
  const { task, t } = v;
  const chosen = plan(task.plan);
  const more = sum(task) - today(v).price;
  return `<section class="order" id="order" aria-labelledby="order-title"><h3 id="order-title">Your order</h3>
    ${step(v, "<b>Step 3.</b> Check it and confirm. Nothing is changed before that.", "<b>Step 3.</b> Check, and say yes.")}
    <dl class="sum"><div><dt>${t.today}</dt><dd>${today(v).name}, $${today(v).price}</dd></div>
    <div><dt>${t.newPlan}</dt><dd>${chosen ? `${chosen.name}, $${chosen.price}` : "not chosen yet"}</dd></div>
    ${chosenExtras(task).map((one) => `<div><dt>${one.name}</dt><dd>$${one.price}</dd></div>`).join("")}
    <div class="all" ${saidSum(v)}><dt>In all</dt><dd>$${sum(task)} ${t.monthly}</dd></div></dl>
    <p class="soft">${more === 0 ? "As much as today." : more > 0 ? `$${more} more than today.` : `$${-more} less than today.`}</p>
    <p class="missing" id="missing" role="status"></p>${submit(v)}</section>`;
}

// All on one page.
function rich(v) {
  const { task, t } = v;
  const { filters } = task;
  const fits = (one) => one.gb >= filters.gb && one.price <= filters.price;
  const fitting = plans.filter(fits).length;
  // What is chosen stays in sight: nobody orders what they do not see.
  const shown = plans.filter((one) => fits(one) || one.key === task.plan)
    .sort((a, b) => (task.sort === "price" ? a.price - b.price : b.gb - a.gb));
  return `<ul class="figures"><li><b>${today(v).name}</b><span>your plan today</span></li><li><b>$${today(v).price}</b><span>a month</span></li>
      <li><b>4.9 GB</b><span>used on average</span></li><li><b>8.9 GB</b><span>in your busiest month</span></li></ul>
    <div class="grid">
    <section class="panel" id="use" aria-labelledby="use-title"><h3 id="use-title">Your use, twelve months</h3>${chart(v)}</section>
    <section class="panel" aria-labelledby="filter-title"><h3 id="filter-title">Filter</h3>
      ${tip(v, "tip-filter", "With 10 GB or more your busiest month is covered.", "Take 10 GB or more.")}
      ${step(v, "Narrow the table down first: with 10 GB or more your busiest month is covered.", "Take 10 GB or more.")}
      <p class="field"><label for="filter-gb">Data at least</label><select id="filter-gb" name="gb">${[0, 10, 25, 50].map((n) => `<option value="${n}" ${filters.gb === n ? "selected" : ""}>${n ? `${n} GB` : "any"}</option>`).join("")}</select></p>
      <p class="field"><label for="filter-price">Price at most</label><select id="filter-price" name="price">${[25, 40, 60, 90].map((n) => `<option value="${n}" ${filters.price === n ? "selected" : ""}>$${n}</option>`).join("")}</select></p>
      <p class="field"><label for="sort">Sort by</label><select id="sort" name="sort"><option value="price" ${task.sort === "price" ? "selected" : ""}>price</option><option value="data" ${task.sort === "data" ? "selected" : ""}>data</option></select></p>
    </section>
    <section class="panel wide" id="compare" aria-labelledby="compare-title"><h3 id="compare-title">Compare plans</h3>
      <div class="scrolls" tabindex="0" role="group" aria-labelledby="compare-title"><table><thead><tr><th scope="col">Plan</th><th scope="col">Data</th><th scope="col">Speed</th><th scope="col">Abroad</th><th scope="col">Lines</th><th scope="col">A month</th><th scope="col">A GB</th></tr></thead>
      <tbody>${shown.map((one) => `<tr class="${task.plan === one.key ? "is-chosen" : ""}"><th scope="row"><label for="plan-${one.key}"><input type="radio" name="plan" id="plan-${one.key}" value="${one.key}" ${task.plan === one.key ? "checked" : ""}> ${one.name}</label>${one.key === task.today ? " <u>yours</u>" : ""}${fits(one) ? "" : " <small>outside your filters</small>"}</th>
        <td>${gb(one)}</td><td>${one.speed}</td><td>${one.abroad}</td><td>${one.lines}</td><td>$${one.price}</td><td>${one.gb === Infinity ? "–" : `$${(one.price / one.gb).toFixed(2)}`}</td></tr>`).join("")}</tbody></table></div>
      <p class="soft" id="fits" data-said>${fitting === 0 ? "No plan fits" : fitting === 1 ? "1 plan fits" : `${fitting} plans fit`} these filters.${shown.length > fitting ? ` ${plan(task.plan).name} does not; it is still chosen.` : ""}</p>${checked(v)}</section>
    <section class="panel" aria-labelledby="more-title"><h3 id="more-title">Start and extras</h3>${whenFields(v)}${extraFields(v, extras)}</section>
    ${order(v)}</div>`;
}

function chart(v) {
  if (v.adapt.has("low_data") || v.adapt.has("screen_reader")) {
    return `<p>${months.map((month, number) => `${month}: ${usage[number]} GB`).join(", ")}</p>`;
  }
  const most = Math.max(...usage);
  const bars = usage.map((used, number) => {
    const high = Math.round((used / most) * 90);
    return `<rect class="${used === most ? "most" : ""}" x="${number * 30 + 4}" y="${100 - high}" width="20" height="${high}" rx="3"/><text x="${number * 30 + 14}" y="116">${months[number]}</text>`;
  });
  return `<svg class="chart" viewBox="0 0 360 122" role="img" aria-label="Data used, by month: ${months.map((month, number) => `${month} ${usage[number]} GB`).join(", ")}"><line class="limit" x1="0" x2="360" y1="${100 - Math.round((4.9 / most) * 90)}" y2="${100 - Math.round((4.9 / most) * 90)}"/>${bars.join("")}</svg><p class="soft">The line is your average, 4.9 GB.</p>`;
}

/** A text as it stands within a sentence: names keep their capitals. */
const within = (text) => text.charAt(0).toLowerCase() + text.slice(1);

function done(v) {
  const chosen = plan(v.task.plan);
  const all = [chosen, ...chosenExtras(v.task)].map(({ name }) => name).join(", ");
  return `<div class="finished"><h3 id="question" tabindex="-1">${v.t.done}</h3><p>${all}, ${within(v.task.when === "now" ? v.t.now : v.t.next)}, $${sum(v.task)} ${v.t.monthly}.</p>
    <p>${v.t.after}</p><button type="button" id="again" data-do="again">${v.t.again}</button></div>`;
}
