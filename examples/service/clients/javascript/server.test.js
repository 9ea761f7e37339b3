// The service, asked by the OpenFeature SDK for servers: each flag by a request of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';

import { ana, boris, guardedUrl, nowhere, token, url } from './visitors.js';

const clientOf = async (domain, options) => {
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider(options));
  return OpenFeature.getClient(domain);
};

let client;
before(async () => {
  client = await clientOf('plain', { baseUrl: url });
});
after(() => OpenFeature.close());

test('the decision is an object with a variant, a reason and metadata', async () => {
  const told = await client.getObjectDetails('experience', nowhere, ana);
  assert.equal(told.errorCode, undefined, told.errorMessage);
  assert.equal(told.value.assistance, 'guided');
  assert.equal(told.value.layout_in_use, 'simple');
  assert.ok(told.value.adapt.includes('large_text'));
  assert.equal(typeof told.value.way_out.channel, 'string');
  assert.equal(told.variant, `${told.value.channel}/${told.value.layout_in_use}/${told.value.assistance}`);
  assert.equal(told.reason, 'TARGETING_MATCH');
  assert.match(told.flagMetadata.policy, /^[0-9a-f]{32}$/);
  assert.match(told.flagMetadata['reason.assistance'], /^\w+(:\w+)?$/);
});

test('each axis is a string, and the same as in the decision', async () => {
  const whole = await client.getObjectValue('experience', nowhere, boris);
  for (const [flag, value] of [
    ['experience.channel', whole.channel],
    ['experience.layout', whole.layout_in_use],
    ['experience.assistance', whole.assistance],
  ]) {
    const told = await client.getStringDetails(flag, 'default', boris);
    assert.deepEqual([told.value, told.variant, told.errorCode], [value, value, undefined]);
  }
  const channel = await client.getStringDetails('experience.channel', 'default', boris);
  assert.deepEqual([channel.value, channel.flagMetadata.reason], ['phone', 'preferred']);
});

test('flat and nested names say the same, and what else stands there does not matter', async () => {
  const { profile, journey, app_build, ...flat } = ana;
  const other = {
    ...flat,
    'profile.needs': profile.needs,
    'journey.name': journey.name,
    'journey.failed_steps': journey.failed_steps,
  };
  const told = await client.getObjectValue('experience', nowhere, other);
  assert.notDeepEqual(told, nowhere);
  assert.deepEqual(told, await client.getObjectValue('experience', nowhere, ana));
});

test('a time may be a Date', async () => {
  const at = new Date('2026-11-23T13:00:00Z');
  const told = await client.getStringDetails('experience.assistance', 'default', { ...ana, 'visit.at': at });
  assert.deepEqual([told.value, told.errorCode], ['guided', undefined], told.errorMessage);
});

test('the contexts of the application, the client and the call are one', async () => {
  const { tenure_months, journey, ...rest } = ana;
  OpenFeature.setContext({ tenure_months });
  const own = OpenFeature.getClient('plain', undefined, { journey });
  const told = await own.getObjectValue('experience', nowhere, rest);
  OpenFeature.setContext({});
  assert.notDeepEqual(told, nowhere);
  assert.deepEqual(told, await client.getObjectValue('experience', nowhere, ana));
});

for (const [what, flag, context, code, said] of [
  ['an unknown flag', 'experience.colour', ana, 'FLAG_NOT_FOUND', /no such flag/],
  ['no targeting key', 'experience.layout', {}, 'TARGETING_KEY_MISSING', /targetingKey/],
  ['a fact of the wrong type', 'experience.layout', { ...boris, 'profile.age': 'old' }, 'INVALID_CONTEXT', /profile\.age/],
  ['a slip', 'experience.layout', { ...boris, 'visit.chanel': 'web' }, 'INVALID_CONTEXT', /did you mean `channel`/],
]) {
  test(`${what} gives the default and says why`, async () => {
    const told = await client.getStringDetails(flag, 'default', context);
    assert.deepEqual([told.value, told.reason, told.errorCode], ['default', 'ERROR', code]);
    assert.match(told.errorMessage, said);
  });
}

test('a flag asked for as another type gives the default', async () => {
  const told = await client.getBooleanDetails('experience.layout', true, boris);
  assert.deepEqual([told.value, told.errorCode], [true, 'TYPE_MISMATCH']);
});

test('with the token, and not without it', async () => {
  const bearer = await clientOf('bearer', { baseUrl: guardedUrl, headers: [['Authorization', `Bearer ${token}`]] });
  const key = await clientOf('key', { baseUrl: guardedUrl, headersFactory: async () => [['X-API-Key', token]] });
  for (const guarded of [bearer, key]) {
    assert.equal(await guarded.getStringValue('experience.assistance', 'default', ana), 'guided');
  }
  const nobody = await clientOf('nobody', { baseUrl: guardedUrl });
  const told = await nobody.getStringDetails('experience.assistance', 'default', ana);
  assert.deepEqual([told.value, told.reason, told.errorCode], ['default', 'ERROR', 'GENERAL']);
});
