// Who visits, on which device, and when. What comes in: nothing. What goes out: the invented visitors, each as the door
// `/page/explain` reads it. Every attribute stands in the policy of the house; what another policy does not know it leaves out.

const consents = { messages: true, profiling: true };

export const personas = [
  {
    key: "ana", name: "Ana", tells: "74. Has failed three times here, reads large text.", device: "tablet",
    today: "s",
    profile: {
      age: 74, needs: { large_text: "required" },
      attributes: { tenure_months: 40, contract: "one_year", paperless: false, payment: "mailed_check", internet: "dsl" },
    },
    journey: { name: "billing", stage: "use", step: "confirm", failed_steps: 3 },
  },
  {
    key: "bela", name: "Bela", tells: "A customer for six years, and at home here.", device: "desktop",
    today: "m",
    profile: {
      age: 81, consents,
      attributes: { tenure_months: 72, contract: "two_year", paperless: true, payment: "bank_transfer", internet: "fiber_optic", monthly_charge: 45.5 },
    },
  },
  {
    key: "efe", name: "Efe", tells: "A student with a small phone on a slow line.", device: "slow",
    today: "s",
    profile: { age: 20, attributes: { tenure_months: 8, paperless: true, payment: "credit_card" } },
  },
  {
    key: "hana", name: "Hana", tells: "70, new this month, speaks Japanese at home.", device: "desktop",
    today: "s",
    profile: {
      age: 70,
      attributes: { tenure_months: 2, paperless: false, payment: "mailed_check", internet: "none", home_language: "other" },
    },
    visit: { ids: { person: "hana" } },
  },
  {
    key: "dev", name: "Dev", tells: "Listens to the page with a screen reader.", device: "desktop",
    today: "m",
    profile: {
      age: 29, needs: { screen_reader: "required" },
      attributes: { tenure_months: 20, tech_support: true, paperless: true, payment: "credit_card", internet: "dsl" },
    },
  },
  {
    key: "fay", name: "Fay", tells: "Upset: her case has been open for a week.", device: "desktop",
    today: "l",
    profile: {
      age: 52, mood: { value: -80, source: "declared", learnt: "2026-11-20T12:00:00-08:00" }, open_cases: 1, consents,
      reach: { sms: "verified" },
      attributes: { tenure_months: 30, paperless: true, payment: "electronic_check", internet: "fiber_optic" },
    },
  },
  {
    key: "carol", name: "Carol", tells: "Is deaf: we write, we do not call.", device: "phone",
    today: "m",
    profile: {
      age: 36, needs: { no_voice_calls: "required", captions: "preferred" },
      attributes: { tenure_months: 20, paperless: true, payment: "credit_card", internet: "dsl" },
    },
  },
  {
    key: "ivo", name: "Ivo", tells: "At his desk at work, between two meetings.", device: "desktop",
    today: "m",
    profile: {
      age: 34, consents, reach: { messaging: "claimed" },
      attributes: { tenure_months: 15, work: "employed", monthly_charge: 62.0, paperless: true, payment: "credit_card", internet: "fiber_optic" },
    },
  },
];

// What a device says of itself here counts more than the browser in which this page is looked at.
export const devices = [
  { key: "desktop", name: "Desktop", visit: { device: "desktop", viewport_width: 1280, connection: "4g", downlink: 40.0 } },
  { key: "tablet", name: "Tablet", visit: { device: "tablet", viewport_width: 820, connection: "4g", downlink: 20.0 } },
  { key: "phone", name: "Phone", visit: { device: "mobile", viewport_width: 412, connection: "4g", downlink: 10.0 } },
  { key: "slow", name: "Phone, slow line", visit: { device: "mobile", viewport_width: 360, connection: "3g", downlink: 0.6 } },
];

export const hours = [
  { key: "monday", name: "Monday 10:00", at: "2026-11-23T10:00:00-08:00", times: ["Today, 11:30", "Today, 17:00", "Tomorrow, 9:00"] },
  { key: "evening", name: "Monday 21:30", at: "2026-11-23T21:30:00-08:00", times: ["Tomorrow, 9:00", "Tomorrow, 17:00", "Wednesday, 9:00"] },
  { key: "sunday", name: "Sunday 19:00", at: "2026-11-22T19:00:00-08:00", times: ["Tomorrow, 9:00", "Tomorrow, 17:00", "Tuesday, 9:00"] },
];

/** The question for the door: the visitor, with what they said on this page laid over it. */
export function ask({ persona, device, hour, wish }) {
  const needs = { ...wish.needs };
  const profile = { ...persona.profile, needs };
  const declared = (value) => ({ value, source: "declared", learnt: hour.at });
  if (wish.layout) profile.preferred_layout = declared(wish.layout);
  if (wish.assistance) profile.preferred_assistance = declared(wish.assistance);
  return {
    direct: true,
    lenient: true,
    profile,
    visit: { at: hour.at, channel: "web", save_data: false, gpc: false, ...device.visit, ...persona.visit },
    ...(persona.journey && { journey: persona.journey }),
  };
}
