import * as React from 'react';

import { IconButton } from '../components/controls';
import { useTrans } from '../model/environment';
import { ZOOM } from './viewport';

/** Zooming by buttons, for those without a wheel. */
export function GraphControls(props: {
  onZoom: (factor: number) => void;
  onFit: () => void;
  /** Shows the zoom. */
  label: React.RefObject<HTMLSpanElement>;
}): JSX.Element {
  const trans = useTrans();
  const { onZoom, onFit, label } = props;
  return (
    <div
      className="jp-kfp-Graph-controls"
      role="group"
      aria-label={trans.__('Zoom')}
    >
      <IconButton
        icon="minus"
        label={trans.__('Zoom out (-)')}
        onClick={() => onZoom(1 / ZOOM.step)}
      />
      <span ref={label} className="jp-kfp-Graph-zoom" />
      <IconButton
        icon="plus"
        label={trans.__('Zoom in (+)')}
        onClick={() => onZoom(ZOOM.step)}
      />
      <IconButton
        icon="fit"
        label={trans.__('Show the whole graph (0)')}
        onClick={onFit}
      />
    </div>
  );
}
