// Whom the tests ask about, and where.

export const url = process.env.CLIENTS_URL;
export const guardedUrl = process.env.CLIENTS_GUARDED_URL;
export const token = process.env.CLIENTS_TOKEN;

// On a Monday morning, for the third time at the same step.
export const ana = {
  targetingKey: 'ana-17',
  tenure_months: 24,
  profile: { needs: { large_text: 'required' } },
  'profile.age': 74,
  'visit.at': '2026-11-23T10:00:00-03:00',
  'visit.channel': 'web',
  journey: { name: 'billing', failed_steps: 3 },
  app_build: '2026.11',
};

// The same morning, at home in the app.
export const boris = {
  targetingKey: 'boris-4',
  tenure_months: 24,
  'profile.preferred_channel': 'phone',
  visit: { at: '2026-11-23T10:00:00-03:00', channel: 'web' },
};

export const nowhere = { channel: 'nowhere' };
