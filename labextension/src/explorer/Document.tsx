import * as React from 'react';

import { ActStrip } from './components/act-strip';
import { ActsProvider } from './components/acts';
import type { FrameProps } from './frame/Frame';
import { Frame } from './frame/Frame';
import type { View } from './model/navigation';
import { CloneView } from './views/clone';

export type DocumentProps = FrameProps;

/** Something of the explorer in a tab of its own, with nothing around it. */
export function Document(
  props: DocumentProps & {
    label: string;
    /** Asked to show something else. */
    onOpen: (view: View) => void;
    children: React.ReactNode;
  }
): JSX.Element {
  const { onOpen } = props;
  const [form, setForm] = React.useState<View | null>(null);
  const open = React.useCallback(
    (view: View) => (view.kind === 'clone' ? setForm(view) : onOpen(view)),
    [onOpen]
  );
  return (
    <Frame {...props} className="jp-mod-document">
      <ActsProvider onOpen={open}>
        <div className="jp-kfp-View">
          {form ? (
            <CloneView
              view={form}
              onOpen={onOpen}
              onBack={() => setForm(null)}
            />
          ) : (
            props.children
          )}
          <ActStrip />
        </div>
      </ActsProvider>
    </Frame>
  );
}
