import * as React from 'react';

import { ApiError } from '../api/errors';
import type { Run, RunParameter, RunParameters } from '../api/types';
import { Button } from '../components/controls';
import { ErrorBanner } from '../components/problem';
import { useEnvironment, useTrans } from '../model/environment';
import { useRunParameters } from '../model/queries';
import type { Typed } from './arguments';
import { fieldKind, readTyped, typedDefault, typedOf } from './arguments';
import { useChanges } from '../model/change-hooks';

/** Pipelines takes names of this length (characters). */
const LONGEST_NAME = 255;

export interface CloneFormProps {
  run: Run;
  /** Called with the new run. */
  onStarted: (run: Run) => void;
  onClose: () => void;
}

/** Starts a run like another one, with other parameters. */
export default function CloneForm(props: CloneFormProps): JSX.Element {
  const trans = useTrans();
  const { run, onClose } = props;
  const { data, error, refresh } = useRunParameters(run.run_id);
  return (
    <section
      className="jp-kfp-Clone"
      aria-label={trans.__('Clone %1', run.display_name)}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      {data ? (
        <Form {...props} asked={data} />
      ) : error ? (
        <ErrorBanner error={error}>
          <Button onClick={() => void refresh()}>
            {trans.__('Try again')}
          </Button>
          <Button onClick={onClose}>{trans.__('Cancel')}</Button>
        </ErrorBanner>
      ) : (
        <p role="status">{trans.__('Loading…')}</p>
      )}
    </section>
  );
}

function Form(props: CloneFormProps & { asked: RunParameters }): JSX.Element {
  const trans = useTrans();
  const changes = useChanges();
  const { announce, store } = useEnvironment();
  const { run, onStarted } = props;
  // What was there when the form was opened; what is typed is not lost to news.
  const [asked] = React.useState(props.asked);
  const [name, setName] = React.useState(asked.name);
  const [typed, setTyped] = React.useState<Readonly<Record<string, Typed>>>(
    () => Object.fromEntries(asked.parameters.map(it => [it.name, typedOf(it)]))
  );
  const [wrong, setWrong] = React.useState<Readonly<Record<string, string>>>(
    {}
  );
  const [error, setError] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  const sent = React.useRef(false);
  const form = React.useRef<HTMLFormElement>(null);
  const id = React.useId();
  React.useEffect(() => {
    const first = form.current?.querySelector('input');
    first?.focus();
    first?.select();
  }, []);
  React.useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [wrong]);

  const start = async (parameters: Record<string, unknown>) => {
    setBusy(true);
    try {
      const started = await store.api.createRun({
        clone_of: run.run_id,
        name: name.trim(),
        parameters
      });
      // The server tells when it ends without being asked.
      changes.setWatched(started.run_id, true);
      announce(trans.__('%1 has been started', started.display_name));
      void store.lookAgain();
      onStarted(started);
    } catch (caught) {
      const failure = ApiError.of(caught);
      const fields = Object.keys(failure.fields).length > 0;
      setWrong(failure.fields);
      setError(fields ? null : failure);
      setBusy(false);
      sent.current = false;
    }
  };
  const submit = () => {
    if (sent.current) {
      return;
    }
    const parameters: Record<string, unknown> = {};
    const found: Record<string, string> = {};
    for (const parameter of asked.parameters) {
      const read = readTyped(parameter, typed[parameter.name] ?? '', trans);
      if (read.is === 'wrong') {
        found[parameter.name] = read.why;
      } else if (read.is === 'value') {
        parameters[parameter.name] = read.value;
      }
    }
    setWrong(found);
    setError(null);
    if (Object.keys(found).length === 0) {
      sent.current = true;
      void start(parameters);
    }
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="jp-kfp-Field">
        <label htmlFor={`${id}-name`}>{trans.__('Name of the new run')}</label>
        <input
          id={`${id}-name`}
          value={name}
          maxLength={LONGEST_NAME}
          spellCheck={false}
          autoComplete="off"
          onChange={event => setName(event.target.value)}
        />
      </div>
      {asked.parameters.length === 0 && (
        <p className="jp-kfp-Muted">
          {trans.__('This pipeline takes no parameters.')}
        </p>
      )}
      {asked.parameters.map((parameter, index) => (
        <Field
          key={parameter.name}
          id={`${id}-${index}`}
          parameter={parameter}
          typed={typed[parameter.name] ?? ''}
          wrong={
            Object.hasOwn(wrong, parameter.name)
              ? wrong[parameter.name]
              : undefined
          }
          onTyped={value =>
            setTyped(known => ({ ...known, [parameter.name]: value }))
          }
        />
      ))}
      {error && <ErrorBanner error={error} />}
      <div className="jp-kfp-Actions-buttons">
        <button
          type="submit"
          className="jp-kfp-Button jp-mod-primary"
          aria-disabled={busy}
        >
          {busy ? trans.__('Starting…') : trans.__('Start the run')}
        </button>
        <Button onClick={props.onClose}>{trans.__('Cancel')}</Button>
      </div>
    </form>
  );
}

/** One parameter: its name, its type, what its author says, and its value. */
function Field(props: {
  id: string;
  parameter: RunParameter;
  typed: Typed;
  wrong: string | undefined;
  onTyped: (typed: Typed) => void;
}): JSX.Element {
  const trans = useTrans();
  const { id, parameter, typed, wrong, onTyped } = props;
  const { name, type, description, required } = parameter;
  const usual = typedDefault(parameter);
  const kind = fieldKind(parameter);
  const common = {
    id,
    'aria-invalid': wrong !== undefined,
    'aria-required': required,
    'aria-describedby': `${id}-about${wrong ? ` ${id}-wrong` : ''}`
  };
  const text = {
    ...common,
    value: String(typed),
    spellCheck: false,
    onChange: (
      event: React.ChangeEvent<
        HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
      >
    ) => onTyped(event.target.value)
  };
  const long = kind === 'json' || text.value.includes('\n');
  return (
    <div className={`jp-kfp-Field ${kind === 'tick' ? 'jp-mod-tick' : ''}`}>
      <label htmlFor={id}>
        {name}
        {required && (
          <span title={trans.__('required')} aria-hidden="true">
            {' *'}
          </span>
        )}
      </label>
      {kind === 'tick' ? (
        <input
          {...common}
          type="checkbox"
          checked={typed === true}
          onChange={event => onTyped(event.target.checked)}
        />
      ) : kind === 'choice' ? (
        <select {...text} className="jp-kfp-Select">
          {!parameter.choices.some(it => shown(it) === typed) && (
            <option value={String(typed)}>{String(typed)}</option>
          )}
          {parameter.choices.map(it => (
            <option key={shown(it)} value={shown(it)}>
              {shown(it)}
            </option>
          ))}
        </select>
      ) : long ? (
        <textarea
          {...text}
          rows={Math.min(12, text.value.split('\n').length + 1)}
        />
      ) : (
        <input
          {...text}
          autoComplete="off"
          inputMode={kind === 'number' ? 'decimal' : undefined}
        />
      )}
      <p id={`${id}-about`} className="jp-kfp-Muted">
        {typeWord(type, trans)}
        {description && <span> {description}</span>}
      </p>
      {usual !== undefined && typed !== usual && (
        <button
          type="button"
          className="jp-kfp-LinkButton"
          onClick={() => onTyped(usual)}
        >
          {trans.__('Use the default, %1', brief(String(usual)))}
        </button>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className="jp-kfp-Field-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

function shown(choice: unknown): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function typeWord(type: string, trans: ReturnType<typeof useTrans>): string {
  switch (type) {
    case 'STRING':
      return trans.__('Text.');
    case 'NUMBER_INTEGER':
      return trans.__('A whole number.');
    case 'NUMBER_DOUBLE':
      return trans.__('A number.');
    case 'BOOLEAN':
      return trans.__('Yes or no.');
    case 'LIST':
      return trans.__('A list, as JSON.');
    case 'STRUCT':
      return trans.__('A dictionary, as JSON.');
    default:
      return type;
  }
}
