import { describe, expect, it } from 'vitest';

import { pageUrl } from '../../src/explorer/model/links';

const ORIGIN = 'https://kubeflow.example.com';

describe('pageUrl', () => {
  it.each([
    [{ kind: 'experiment', id: 'e1' }, '#/experiments/details/e1'],
    [{ kind: 'run', id: 'r1' }, '#/runs/details/r1'],
    [{ kind: 'recurring-run', id: 'q1' }, '#/recurringrun/details/q1'],
    [{ kind: 'pipeline', id: 'p1' }, '#/pipelines/details/p1'],
    [
      { kind: 'pipeline-version', id: 'v1', pipeline: 'p1' },
      '#/pipelines/details/p1/version/v1'
    ]
  ] as const)('leads to the page of %o', (target, hash) => {
    expect(pageUrl({ uiUrl: '', namespace: 'team-a' }, target, ORIGIN)).toBe(
      `${ORIGIN}/_/pipeline/?ns=team-a${hash}`
    );
  });

  it('begins with the address that is configured', () => {
    const target = { kind: 'run', id: 'r1' } as const;
    const base = { namespace: 'team-a' };
    for (const uiUrl of ['http://kfp:8080', 'http://kfp:8080/']) {
      expect(pageUrl({ ...base, uiUrl }, target, ORIGIN)).toBe(
        'http://kfp:8080/?ns=team-a#/runs/details/r1'
      );
    }
    expect(
      pageUrl({ ...base, uiUrl: 'https://gw/pipeline?x=1#/y' }, target, ORIGIN)
    ).toBe('https://gw/pipeline/?ns=team-a#/runs/details/r1');
  });

  it('never leads to anything but a web page', () => {
    const uiUrl = 'javascript:alert(1)//';
    expect(
      pageUrl({ uiUrl, namespace: '' }, { kind: 'run', id: 'r1' }, ORIGIN)
    ).toBe(`${ORIGIN}/_/pipeline/#/runs/details/r1`);
  });

  it('escapes what is not a plain name', () => {
    const url = pageUrl(
      { uiUrl: '', namespace: 'a&b' },
      { kind: 'run', id: '../x?y#z' },
      ORIGIN
    );
    expect(url).toBe(
      `${ORIGIN}/_/pipeline/?ns=a%26b#/runs/details/..%2Fx%3Fy%23z`
    );
  });
});
