import * as React from 'react';

/** Takes the focus when the reader has walked here, so that it is not lost. */
export function ViewFrame(props: {
  focus: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const element = React.useRef<HTMLDivElement>(null);
  const [focus] = React.useState(props.focus);
  React.useEffect(() => {
    if (focus) {
      element.current?.focus({ preventScroll: true });
    }
  }, [focus]);
  return (
    <div className="jp-kfp-View" ref={element} tabIndex={-1}>
      {props.children}
    </div>
  );
}
