import * as React from 'react';

/** A part of a page, under its heading. */
export function Part(props: {
  title: string;
  children: React.ReactNode;
}): JSX.Element {
  const id = React.useId();
  return (
    <section aria-labelledby={id} className="jp-kfp-Part">
      <h4 id={id} className="jp-kfp-Heading">
        {props.title}
      </h4>
      {props.children}
    </section>
  );
}
