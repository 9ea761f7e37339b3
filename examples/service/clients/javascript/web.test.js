// The service, asked by the OpenFeature SDK for browsers: all flags at once, and again only if something has changed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';

import { ana, boris, guardedUrl, nowhere, token, url } from './visitors.js';

// A browser keeps them over visits; here nothing is to be kept.
const common = { cacheMode: 'disabled' };
after(() => OpenFeature.close());

// Asks as the provider does, and remembers what was sent and answered.
const heard = () => {
  const all = [];
  const fetchImplementation = async (request) => {
    const response = await fetch(request);
    const { status, headers } = response;
    const code = status === 400 ? (await response.clone().json()).errorCode : undefined;
    all.push({ sent: request.headers.get('if-none-match'), status, tag: headers.get('etag'), code });
    return response;
  };
  return { all, fetchImplementation };
};

const until = async (so) => {
  for (let n = 0; n < 200 && !so(); n++) await new Promise((done) => setTimeout(done, 25));
  assert.ok(so(), 'it did not come about within 5 seconds');
};

test('all flags are there without another request', async () => {
  const { all, fetchImplementation } = heard();
  await OpenFeature.setProviderAndWait('once', new OFREPWebProvider({ baseUrl: url, fetchImplementation, ...common }), ana);
  const client = OpenFeature.getClient('once');
  const whole = client.getObjectDetails('experience', nowhere);
  assert.equal(whole.value.assistance, 'guided');
  assert.equal(whole.variant, `${whole.value.channel}/${whole.value.layout_in_use}/guided`);
  assert.equal(whole.reason, 'TARGETING_MATCH');
  assert.match(whole.flagMetadata.policy, /^[0-9a-f]{32}$/);
  assert.equal(client.getStringValue('experience.channel', 'default'), whole.value.channel);
  assert.equal(client.getStringValue('experience.layout', 'default'), whole.value.layout_in_use);
  assert.equal(client.getStringValue('experience.assistance', 'default'), 'guided');
  const unknown = client.getStringDetails('experience.colour', 'default');
  assert.deepEqual([unknown.value, unknown.errorCode], ['default', 'FLAG_NOT_FOUND']);
  assert.deepEqual(all.map((one) => one.status), [200]);
});

test('who has the flags is told so by 304, until the context changes', async () => {
  const { all, fetchImplementation } = heard();
  const provider = new OFREPWebProvider({ baseUrl: url, pollInterval: 50, fetchImplementation, ...common });
  await OpenFeature.setProviderAndWait('often', provider, ana);
  const client = OpenFeature.getClient('often');
  let changed = 0;
  client.addHandler(ProviderEvents.ConfigurationChanged, () => changed++);
  await until(() => all.filter((one) => one.status === 304).length >= 3);
  assert.ok(all.slice(1).every((one) => one.status === 304 && one.sent === all[0].tag && one.tag === all[0].tag), JSON.stringify(all));
  assert.equal(changed, 0);
  assert.equal(client.getStringValue('experience.assistance', 'default'), 'guided');

  const before = all.length;
  await OpenFeature.setContext('often', { ...ana, journey: { name: 'billing' } });
  assert.notEqual(client.getStringValue('experience.assistance', 'default'), 'guided');
  assert.ok(all.slice(before).some((one) => one.status === 200 && one.tag !== all[0].tag), JSON.stringify(all));
  await OpenFeature.setContext('often', boris);
  assert.equal(client.getStringValue('experience.channel', 'default'), 'phone');
});

for (const [what, context, code] of [
  ['no targeting key', {}, 'TARGETING_KEY_MISSING'],
  ['a fact of the wrong type', { ...boris, 'profile.age': 'old' }, 'INVALID_CONTEXT'],
]) {
  test(`${what} is told when the provider starts`, async () => {
    const { all, fetchImplementation } = heard();
    const provider = new OFREPWebProvider({ baseUrl: url, fetchImplementation, ...common });
    // Of what is answered for all flags this provider hands on the status alone.
    await assert.rejects(OpenFeature.setProviderAndWait(code, provider, context), /status: 400/);
    assert.deepEqual(all.map((one) => one.code), [code]);
    const told = OpenFeature.getClient(code).getStringDetails('experience.layout', 'default');
    assert.deepEqual([told.value, told.reason], ['default', 'ERROR']);
  });
}

test('with the token, and not without it', async () => {
  const headers = [['Authorization', `Bearer ${token}`]];
  await OpenFeature.setProviderAndWait('bearer', new OFREPWebProvider({ baseUrl: guardedUrl, headers, ...common }), ana);
  assert.equal(OpenFeature.getClient('bearer').getStringValue('experience.assistance', 'default'), 'guided');
  const nobody = new OFREPWebProvider({ baseUrl: guardedUrl, ...common });
  await assert.rejects(OpenFeature.setProviderAndWait('nobody', nobody, ana), { code: 'PROVIDER_FATAL' });
});
