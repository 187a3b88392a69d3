/** All components of the explorer beside each other, over things made up for it. */
import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { aRun, aSource, FakeApi } from '../tests/fake';
import { ActStrip } from '../src/explorer/components/act-strip';
import { ActsProvider } from '../src/explorer/components/acts';
import { Badge } from '../src/explorer/components/badge';
import {
  Button,
  CopyButton,
  Disclosure
} from '../src/explorer/components/controls';
import { DataList } from '../src/explorer/components/data-list';
import { chipsOf, FilterForm } from '../src/explorer/components/filter-form';
import { FilterBar } from '../src/explorer/components/filter-bar';
import { Footer } from '../src/explorer/components/foot';
import { MiddleName } from '../src/explorer/components/middle-name';
import { Picker } from '../src/explorer/components/picker';
import { ErrorView, StaleBanner } from '../src/explorer/components/problem';
import { Dotted, Facts } from '../src/explorer/components/rows';
import { RunActions } from '../src/explorer/components/run-actions';
import {
  State,
  StateIcon,
  StateStrip,
  StateWord
} from '../src/explorer/components/states';
import { Strip } from '../src/explorer/components/strip';
import {
  ClockProvider,
  RelativeTime,
  RunDuration,
  Span
} from '../src/explorer/components/time';
import { Toolbar } from '../src/explorer/components/toolbar';
import { ApiError } from '../src/explorer/api/errors';
import { EnvironmentProvider } from '../src/explorer/model/environment';
import { english } from '../src/explorer/model/i18n';
import type { View } from '../src/explorer/model/navigation';
import type { Selection } from '../src/explorer/model/selection';
import { NOTHING, only } from '../src/explorer/model/selection';
import { STATUSES, statusOf } from '../src/explorer/model/states';

/** When the page was loaded. */
const NOW = Date.now();

const THEMES = ['light', 'dark', 'high-contrast'] as const;

const WIDTHS = [250, 400, 720] as const;

const source = aSource(new FakeApi());

const STATES = [
  'RUNNING',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'SKIPPED'
];

const runs = STATES.map((state, index) =>
  aRun(`r${index}`, {
    display_name: [
      'fraud by hand',
      'xgboost, more memory',
      'fraud-nightly 2026-11-26 10-32-43',
      'sweep-021-lr=0.001-depth=7_1-batch=128',
      'قطار السريع',
      'hello'
    ][index],
    state,
    created_at: new Date(Date.now() - (index + 1) * 3_600_000).toISOString(),
    finished_at:
      index < 2 ? null : new Date(Date.now() - index * 3_600_000).toISOString(),
    storage_state: index === 5 ? 'ARCHIVED' : 'AVAILABLE'
  })
);

function Part(props: {
  title: string;
  children: React.ReactNode;
}): JSX.Element {
  return (
    <section className="part">
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

function List(props: { width: number }): JSX.Element {
  const [selection, onSelect] = React.useState<Selection>(
    props.width === 400 ? only('r1') : NOTHING
  );
  return (
    <div style={{ width: props.width, height: 260, display: 'flex' }}>
      <DataList
        items={runs}
        idOf={run => run.run_id}
        nameOf={run => run.display_name}
        label="Runs"
        icon={run => <StateIcon state={statusOf(run)} />}
        badge={run => <Badge archived={run.storage_state === 'ARCHIVED'} />}
        details={run => (
          <Dotted>
            <StateWord state={statusOf(run)} />
            <RunDuration run={run} />
            <RelativeTime time={run.created_at} />
          </Dotted>
        )}
        columns={[
          { id: 's', label: 'State', cell: run => <State item={run} /> },
          {
            id: 'c',
            label: 'Started',
            sort: 'created_at',
            cell: run => <RelativeTime time={run.created_at} />
          }
        ]}
        sort="created_at desc"
        onSort={() => undefined}
        selection={selection}
        onSelect={onSelect}
        onOpen={() => undefined}
        onOpenTab={() => undefined}
        onMenu={() => undefined}
        total={runs.length}
        mark="fraud"
      />
    </div>
  );
}

const denied = new ApiError('rbac-denied', {
  message: 'default-editor may not list runs in team-b.',
  nextStep: 'Ask an administrator for the RoleBinding below.',
  paste: 'kind: RoleBinding\nmetadata:\n  namespace: team-b',
  status: 0
});

function Catalogue(): JSX.Element {
  const [view, setView] = React.useState<View>({
    kind: 'runs',
    id: '',
    query: {},
    filter: { states: ['failed'], days: 7 }
  });
  const onQuery = (query: View['query'], filter?: View['filter']) =>
    setView({ ...view, query, filter });
  const sorts = [{ value: 'created_at desc', label: 'Newest' }];
  return (
    <>
      <Part title="States">
        {STATUSES.map(status => (
          <p key={status}>
            <State item={{ state: '', status }} />
          </p>
        ))}
        <StateStrip
          label="Last runs"
          states={[
            'succeeded',
            'failed',
            'cached',
            'terminated',
            'running'
          ].map(state => ({ state, title: state }))}
        />
      </Part>
      <Part title="Names and times">
        {[120, 200, 320].map(width => (
          <div key={width} style={{ width, display: 'flex' }}>
            <MiddleName text="fraud-nightly 2026-11-26 10-32-43" />
          </div>
        ))}
        <p>
          <RelativeTime time={NOW - 180_000} /> ·{' '}
          <Span
            from="2026-11-26T06:47:35Z"
            to="2026-11-26T06:47:51Z"
            running={false}
          />
        </p>
      </Part>
      <Part title="Buttons, toolbar, run actions">
        <p>
          <Button onClick={() => undefined}>Button</Button>{' '}
          <Button primary onClick={() => undefined}>
            Primary
          </Button>{' '}
          <CopyButton text="x" label="Copy" />
        </p>
        <Toolbar
          label="Toolbar"
          items={[
            {
              id: 'a',
              label: 'Retry',
              icon: 'recurring',
              words: true,
              primary: true,
              run: () => undefined
            },
            {
              id: 'b',
              label: 'Open in Tab',
              icon: 'window',
              run: () => undefined
            },
            { id: 'c', label: 'More', icon: 'more', run: () => undefined }
          ]}
        />
        {runs.slice(0, 4).map(run => (
          <RunActions key={run.run_id} run={run} />
        ))}
      </Part>
      {WIDTHS.map(width => (
        <Part key={width} title={`DataList, ${width} px`}>
          <List width={width} />
        </Part>
      ))}
      <Part title="FilterBar and its form">
        <div style={{ width: 320 }}>
          <FilterBar
            search="fraud"
            searchLabel="Search runs"
            onSearch={() => undefined}
            chips={chipsOf(view, onQuery, english)}
            onClear={() => onQuery({})}
            form={null}
          />
          <FilterForm
            view={view}
            onQuery={onQuery}
            sorts={sorts}
            runs
            archives
          />
        </div>
      </Part>
      <Part title="Picker">
        <Picker
          label="Experiment"
          placeholder="All"
          value={null}
          load={async text =>
            ['churn', 'fraud', 'scratch']
              .filter(it => it.includes(text))
              .map(it => ({ value: it, label: it }))
          }
          onChange={() => undefined}
        />
      </Part>
      <Part title="Strips">
        <Strip
          kind="question"
          text="Terminate mytrain? Work in progress will be lost."
          actions={
            <>
              <Button onClick={() => undefined}>Terminate</Button>
              <Button onClick={() => undefined}>Cancel</Button>
            </>
          }
        />
        <Strip
          kind="refused"
          text="2 archived, 1 refused"
          onClose={() => undefined}
        />
        <Strip kind="info" text="Archived train." onClose={() => undefined} />
        <StaleBanner
          error={denied}
          onRetry={() => undefined}
          onExplain={() => undefined}
        />
        <ActStrip />
      </Part>
      <Part title="Problem">
        <ErrorView error={denied} onRetry={() => undefined} />
      </Part>
      <Part title="Facts, disclosure, foot">
        <Facts
          facts={[
            ['Host', 'http://ml-pipeline:8888'],
            ['Namespace', 'team-a']
          ]}
        />
        <Disclosure title="Details" open>
          {() => <p>What is inside.</p>}
        </Disclosure>
        <Footer at={NOW - 4_000} onRefresh={() => undefined}>
          <span>37 of 37</span>
        </Footer>
      </Part>
    </>
  );
}

function Page(): JSX.Element {
  return (
    <>
      {THEMES.map(theme => (
        <div key={theme} className="theme" data-theme={theme}>
          <h1>{theme}</h1>
          <EnvironmentProvider
            value={{
              ...source,
              namespace: '',
              trans: english,
              links: { uiUrl: '', namespace: 'team-a' },
              visible: true,
              announce: () => undefined
            }}
          >
            <ClockProvider>
              <ActsProvider onOpen={() => undefined}>
                <div className="jp-kfp-Explorer">
                  <Catalogue />
                </div>
              </ActsProvider>
            </ClockProvider>
          </EnvironmentProvider>
        </div>
      ))}
    </>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<Page />);
