// Why the page is as it is. What comes in: an explanation and what was asked for. What goes out: sentences for the visitor,
// without points, codes or names of rules.

import {
  assistances, assistanceNames, byChannel, channelName, layouts, layoutNames, list, needNames, needTells, safe,
} from "/page/words.js";

const reasonOf = (explanation, rule) => explanation.rules.find(({ name }) => name === rule)?.because;

/** One bound, as the reason for it. */
function said(explanation, { from, name }) {
  if (from === "rule") return reasonOf(explanation, name) ?? "we promise this to everybody who comes as you do";
  if (from === "need") return `you asked for “${(needNames[name] ?? name ?? "this").toLowerCase()}”`;
  if (from === "channel") return `${channelName(name)} carries no more at once`;
  return "your case is still open, and we stay with you until it is closed";
}

/** Where the visitor asked for something and a bound holds: sentences that name it. */
export function bounded(explanation, wish, inUse) {
  const sentences = [];
  const got = { layout: explanation.layout_in_use, assistance: explanation.experience.assistance };
  const tell = (asked, given, reasons) => {
    const why = [...new Set(reasons)];
    // Each further reason is a sentence of its own, as it may have a “so” already.
    sentences.push(`You asked for “${asked}”. It stays at “${given}”, because ${why.join(". Also, ")}.`);
  };
  if (wish.layout && got.layout !== wish.layout) {
    const below = explanation.bounds.filter(
      (bound) => bound.layout_at_most && layouts.indexOf(bound.layout_at_most) <= layouts.indexOf(got.layout)
        && (bound.from !== "channel" || bound.name === inUse));
    tell(layoutNames[wish.layout], layoutNames[got.layout], below.length ? below.map((bound) => said(explanation, bound)) : ["this channel carries no more at once"]);
  }
  if (wish.assistance && got.assistance !== wish.assistance) {
    const rank = (level) => assistances.indexOf(level);
    const above = explanation.bounds.filter((bound) => bound.assistance_at_least && rank(bound.assistance_at_least) >= rank(got.assistance));
    const nobody = explanation.reasons.assistance.code === "nobody_there";
    const why = nobody ? ["nobody is there at this hour"] : above.map((bound) => said(explanation, bound));
    tell(assistanceNames[wish.assistance], assistanceNames[got.assistance], why.length ? why : ["your case is still open"]);
  }
  return sentences;
}

const outNames = {
  conflict: "does not fit what you need", closed: "is closed now", blocked: "is blocked for you",
  reach: "we do not know for certain that you have it", consent: "you have not agreed to it", quiet: "it is your quiet time",
  contacts: "we have written there often enough",
};

/** The reasons that speak for what the visitor gets; not those that only keep a channel for others. */
export function reasonsFor(explanation) {
  const helps = (name) => !explanation.channels.some(({ rule }) => rule === name)
    || [...explanation.layout, ...explanation.assistance, ...explanation.bounds].some((given) => given.name === name);
  return explanation.rules.filter(({ name, because }) => because && helps(name)).map(({ because }) => because);
}

/** The whole answer to “Why am I seeing this?”, as HTML. */
export function why(explanation, wish) {
  const { experience, layout_in_use: layout, reasons } = explanation;
  const because = reasonsFor(explanation);
  const wished = [
    wish.layout && layout === wish.layout && `you chose the ${layoutNames[layout].toLowerCase()} page`,
    wish.assistance && experience.assistance === wish.assistance && "you chose how much help you want",
  ].filter(Boolean);
  const all = [...wished, ...because];
  const first = all.length
    ? `<ul class="reasons">${all.map((text) => `<li>${safe(sentence(text))}</li>`).join("")}</ul>`
    : "<p>Nothing speaks for anything special: this is our usual page, with the usual help.</p>";
  const adapted = (explanation.adaptations ?? []).map((need) => needTells[need]).filter(Boolean);
  const also = adapted.length ? `<p><strong>Made to fit:</strong> ${safe(list(adapted))}.</p>` : "";
  const out = explanation.channels.filter(({ ruled_out }) => ruled_out).map(({ channel, ruled_out, rule }) => {
    const text = (rule && reasonOf(explanation, rule)) ?? outNames[ruled_out] ?? "is not possible now";
    return `<li><strong>${safe(sentence(channelName(channel), ""))}</strong>: ${safe(text)}</li>`;
  });
  const channel = reasons.channel.code === "continuity" || experience.channel === "web"
    ? "You are on this web site, and it serves you well here."
    : `We would serve you ${byChannel(experience.channel)} today. This page stays, since you are here now.`;
  return `${first}${also}<p>${safe(channel)}</p>${out.length
    ? `<details><summary>Ways that we leave out, and why</summary><ul>${out.join("")}</ul></details>` : ""}
    <details><summary>The whole account, as our staff read it</summary><p class="account" lang="en">${safe(explanation.text)}</p></details>`;
}

const sentence = (text, stop = ".") => text.charAt(0).toUpperCase() + text.slice(1) + stop;
