// How the page speaks. What comes in: names as decisions have them. What goes out: words for people, in two voices: the
// usual one, and one with short words for who asked for plain language.

export const layouts = ["essential", "simple", "standard", "rich"];
export const assistances = ["self_service", "hints", "guided", "callback", "human"];

export const layoutNames = { essential: "Essential", simple: "Simple", standard: "Standard", rich: "Rich" };
export const layoutTells = {
  essential: "one thing at a time", simple: "one short column", standard: "a usual page", rich: "all on one page",
};
export const assistanceNames = {
  self_service: "None", hints: "Hints", guided: "Step by step", callback: "Call back", human: "A person now",
};
export const assistanceTells = {
  self_service: "out of the way", hints: "tips beside the fields", guided: "each step explained and checked",
  callback: "a person gets back to you", human: "somebody is with you",
};

export const channelNames = {
  web: "this web site", app: "the app", email: "e-mail", sms: "text message", push: "notification", chat: "chat",
  messaging: "messenger", social: "social media", phone: "phone", video: "video call", in_person: "a visit to our shop",
  post: "letter", text_relay: "text relay",
};
export const channelName = (name) => channelNames[name] ?? name.replaceAll("_", " ");
/** As in “we would serve you …”. */
export const byChannel = (name) =>
  ({ web: "on this web site", app: "in the app", in_person: "in our shop" })[name] ?? `by ${channelName(name)}`;

/** How a person is reached there. */
export const reachTells = {
  phone: "Call 555 0100. Have your last bill at hand; you will be asked for nothing else.",
  chat: "Write to us in the chat. A person answers, no robot.",
  text_relay: "Dial 711 or open the relay on your device. You type, a person speaks for you, day and night.",
  in_person: "Harbour Street 1. Come in; you need no appointment.",
  video: "A video call, with sign language if you wish.",
};

export const needNames = {
  large_text: "Large text", more_contrast: "More contrast", plain_language: "Plain words", fewer_choices: "Fewer choices",
  large_targets: "Large buttons", keyboard_only: "Keyboard only", reduced_motion: "Less motion", extra_time: "No time limit",
  captions: "Captions", low_data: "Little data", screen_reader: "Screen reader", no_voice_calls: "No phone calls",
  no_video: "No video", human_contact: "A person",
};
/** What the page does for each. */
export const needTells = {
  large_text: "the text is larger", more_contrast: "the contrast is stronger", plain_language: "the words are short and plain",
  fewer_choices: "there are fewer choices at once", large_targets: "buttons are larger and further apart",
  keyboard_only: "all works by keyboard, and where you are is always marked", reduced_motion: "nothing moves",
  extra_time: "there is no time limit", captions: "what is said can be read", low_data: "we leave out pictures and charts",
  screen_reader: "the page is short and in reading order", no_voice_calls: "we write instead of calling",
  no_video: "we offer no video", human_contact: "a person is close at hand",
};

const usual = {
  title: "Change my plan", today: "Your plan today", newPlan: "Your new plan", when: "When should it begin?",
  now: "Today", next: "With the next bill, 1 December", extras: "Extras", confirm: "Change my plan",
  check: "Is everything correct?", monthly: "a month", why: "You can change back at any time, at no cost.",
  howMuch: "How much mobile data do you need?", back: "Back", go: "Continue", done: "Your plan has been changed.",
  after: "We have sent you a confirmation. Nothing else needs to be done.", again: "Change something else",
  choose: "Choose a plan first; everything else can stay as it is.",
};
const plain = {
  title: "Get a new plan", today: "You have now", newPlan: "Pick your plan", when: "Start when?",
  now: "Now", next: "On 1 December", extras: "Add more", confirm: "Yes, change it",
  check: "Is this right?", monthly: "each month", why: "You can go back. It is free.",
  howMuch: "How much internet do you use?", back: "Back", go: "Next", done: "Done. You have the new plan.",
  after: "You need to do no more.", again: "Start again",
  choose: "Pick a plan first.",
};
export const voice = (isPlain) => (isPlain ? plain : usual);

const usualPlans = {
  s: "For calls, messages and a little browsing", m: "Maps, music and messages every day", l: "Films and video calls on the way",
  xl: "Never think about data again", family: "Four lines that share", travel: "In 40 countries as at home",
};
const plainPlans = {
  s: "Calls and short texts", m: "Maps and music", l: "Films", xl: "As much as you like", family: "For four people", travel: "For trips",
};
export const planTells = (isPlain) => (isPlain ? plainPlans : usualPlans);

export const list = (items) =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
export const safe = (text) =>
  String(text).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);
