import * as React from 'react';

import { StandIn } from './components/stand-in';
import type { FrameProps } from './frame/Frame';
import { Frame } from './frame/Frame';
import { useEnvironment } from './model/environment';

export type DocumentProps = FrameProps;

/** Something of the explorer in a tab of its own, with nothing around it. */
export function Document(
  props: DocumentProps & { label: string; children: React.ReactNode }
): JSX.Element {
  return (
    <Frame {...props} className="jp-mod-document">
      <Contents>{props.children}</Contents>
    </Frame>
  );
}

function Contents(props: { children: React.ReactNode }): JSX.Element {
  const { status } = useEnvironment();
  return (
    <>
      {status?.pipelines.stand_in && <StandIn />}
      <div className="jp-kfp-View">{props.children}</div>
    </>
  );
}
