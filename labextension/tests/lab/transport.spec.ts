import { ServerConnection } from '@jupyterlab/services';
import { expect, it, vi } from 'vitest';

import { serverTransport } from '../../src/lab/transport';

const PREFIX = 'http://localhost/notebook/team-a/nb/';

function setUp(response = new Response('{}')) {
  const sent: Request[] = [];
  const fetch = vi.fn(async (request: RequestInfo) => {
    sent.push(request as Request);
    return response;
  });
  const settings = ServerConnection.makeSettings({ baseUrl: PREFIX, fetch });
  return { sent, transport: serverTransport(settings) };
}

const asking = (path: string, init?: RequestInit) =>
  new Request(`http://kfp.invalid/${path}`, init);

it("stays below the server's own prefix", async () => {
  const { sent, transport } = setUp();
  await transport(asking('runs/a%2Fb?search=x+y'), { poll: true });
  expect(sent[0]?.url).toMatch(
    `${PREFIX}kfp/v1/runs/a%2Fb?search=x+y&no_track_activity=1`
  );
});

it('sends a body as JSON', async () => {
  const { sent, transport } = setUp();
  const body = JSON.stringify({ clone_of: 'r1' });
  await transport(asking('runs', { method: 'POST', body }), {});
  expect(await sent[0]?.json()).toEqual({ clone_of: 'r1' });
});

it('asks whether what is known still holds', async () => {
  const { sent, transport } = setUp(
    new Response(null, { status: 304, headers: { Age: '3' } })
  );
  const headers = { 'If-None-Match': '"1"' };
  const reply = await transport(asking('runs', { headers }), {});
  expect(sent[0]?.headers.get('If-None-Match')).toBe('"1"');
  expect([reply.status, reply.headers.get('Age')]).toEqual([304, '3']);
});
